import { afterAll, expect, it } from 'vitest'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runHere } from './support/run-here.ts'

const home = mkdtempSync(join(tmpdir(), 'mse-usage-'))
const now = new Date('2026-06-15T12:00:00Z')
afterAll(() => rmSync(home, { recursive: true, force: true }))

const run = async (...words: string[]): Promise<{ code: number; error: string | undefined; data: unknown }> => {
  const { code, out } = await runHere([...words, '--json'], { home, now })
  const { error, data } = JSON.parse(out) as { error: { code: string } | null; data: unknown }
  return { code, error: error?.code, data }
}

const url = 'https://op.example.org:8444'
const pin = `sha256:${'ab'.repeat(32)}`

it.each([
  ['a port that needs privileges', ['operator', 'serve', '--ports', '80-90'], 'usage/bad-value'],
  ['ports from the end', ['operator', 'serve', '--ports', '3000-2000'], 'usage/bad-value'],
  ['a name to listen on', ['operator', 'serve', '--address', 'localhost'], 'usage/bad-value'],
  ['a certificate without its key', ['operator', 'serve', '--certificate', 'x.pem'], 'usage/conflict'],
  [
    'a certificate that is not there',
    ['operator', 'serve', '--certificate', 'x', '--key', 'y'],
    'operator/certificate',
  ],
  ['a token of nobody', ['operator', 'token', 'create'], 'usage/missing'],
  ['a token of a folder', ['operator', 'token', 'create', '--owner', '../ada'], 'usage/bad-value'],
  ['a token of a hidden folder', ['operator', 'token', 'create', '--owner', '.ada'], 'usage/bad-value'],
  ['a quota that is none', ['operator', 'token', 'create', '--owner', 'ada', '--memory', 'much'], 'usage/bad-value'],
  ['the end of a token that never was', ['operator', 'token', 'revoke', '0'.repeat(12)], 'operator/no-token'],
  ['the end of a file', ['operator', 'token', 'revoke', '../../../x'], 'operator/no-token'],
  ['nothing of tokens', ['operator', 'token'], 'usage/bad-value'],
  ['a login without a pin', ['login', url], 'usage/missing'],
  ['a login over http', ['login', 'http://op.example.org', '--pin', pin], 'usage/url'],
  ['a login with a pin that is none', ['login', url, '--pin', 'sha256:12'], 'usage/bad-value'],
  ['a login with an empty token', ['login', url, '--pin', pin], 'usage/input'],
  ['a service that one is not logged in to', ['list', '--operator', url], 'operator/not-logged-in'],
  ['who one is to nobody', ['whoami'], 'usage/missing'],
])('refuses %s', async (_name, words, code) => {
  expect(await run(...words)).toMatchObject({ error: code, data: null })
})

it('shows a token once, keeps a hash of it, and lists it without', async () => {
  const { data } = await run('operator', 'token', 'create', '--owner', 'ada', '--role', 'view', '--expires', '12h')
  const { token, id } = data as { token: string; id: string }
  const folder = join(home, '.local/state/mse/operator/tokens')
  expect(readdirSync(folder)).toEqual([`${id}.json`])
  expect(readFileSync(join(folder, `${id}.json`), 'utf8')).not.toContain(token.slice(17))
  const listed = await run('operator', 'token', 'list')
  expect(JSON.stringify(listed.data)).not.toMatch(/sha256|mse_/)
  expect(listed.data).toMatchObject({
    tokens: [{ id, owner: 'ada', role: 'view', expires: '2026-06-16T00:00:00.000Z' }],
  })
})

it('a record of a token that was damaged lets nobody in and hides no other', async () => {
  writeFileSync(join(home, '.local/state/mse/operator/tokens', `${'0'.repeat(12)}.json`), '{"schema":"mse-token/1"')
  const { data } = await run('operator', 'token', 'list')
  expect((data as { tokens: unknown[] }).tokens).toHaveLength(1)
})
