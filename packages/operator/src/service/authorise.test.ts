import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { digestOf } from '../testing/digest-of.ts'
import { impatientService } from '../testing/impatient-service.ts'

const at = impatientService()
const owners = (): string => join(at.home, '.local/state/mse/operator/owners')

describe('who asks', () => {
  it.each([
    ['nobody', undefined],
    ['a word', 'hello'],
    ['a token of another shape', 'mse_00_x'],
    ['a token that never was', `mse_${'0'.repeat(12)}_${'A'.repeat(43)}`],
  ])('is refused as %s', async (_name, token) => {
    const { status, code, headers } = await at.service.ask('GET', '/v1/whoami', { token })
    expect([status, code]).toEqual([401, 'operator/unauthorised'])
    expect(headers['www-authenticate']).toBe('Bearer')
  })

  it('is refused with the id of one token and the secret of another', async () => {
    const [one, other] = [await at.service.token(), await at.service.token()]
    const { code } = await at.service.ask('GET', '/v1/whoami', { token: one.slice(0, 17) + other.slice(17) })
    expect(code).toBe('operator/unauthorised')
  })

  it('is refused when the token has ended, or was revoked', async () => {
    const ended = await at.service.token({ expires: new Date(Date.now() - 1000) })
    expect((await at.service.ask('GET', '/v1/whoami', { token: ended })).code).toBe('operator/unauthorised')
    const revoked = await at.service.token()
    expect((await at.service.ask('GET', '/v1/whoami', { token: revoked })).status).toBe(200)
    await at.service.tokens.revoke(revoked.slice(4, 16), new Date())
    expect((await at.service.ask('GET', '/v1/whoami', { token: revoked })).code).toBe('operator/unauthorised')
  })

  it('with a token for looking can change nothing', async () => {
    const view = await at.service.token({ role: 'view' })
    expect((await at.service.ask('GET', '/v1/apps', { token: view })).status).toBe(200)
    const blob = `/v1/blobs/${digestOf(randomBytes(1))}`
    const changes = [
      ['PATCH', blob],
      ['POST', '/v1/apps/a/stop'],
      ['POST', '/v1/apps/a/restart'],
      ['DELETE', '/v1/apps/a'],
      ['POST', '/v1/apps/a/launches'],
    ] as const
    for (const [method, path] of changes) {
      expect((await at.service.ask(method, path, { token: view })).code, path).toBe('operator/forbidden')
    }
  })

  it('cannot name another owner, unless as an admin', async () => {
    expect((await at.service.ask('GET', '/v1/apps?owner=bob', { token: at.ada })).code).toBe('operator/forbidden')
    expect((await at.service.ask('GET', '/v1/owners', { token: at.ada })).code).toBe('operator/forbidden')
    const admin = await at.service.token({ owner: 'root', role: 'admin' })
    expect((await at.service.ask('GET', '/v1/apps', { token: at.ada })).status).toBe(200)
    expect((await at.service.ask('GET', '/v1/apps?owner=ada', { token: admin })).status).toBe(200)
  })

  it('and names an owner who is none makes none', async () => {
    const admin = await at.service.token({ owner: 'root', role: 'admin' })
    const { status, code } = await at.service.ask('GET', '/v1/apps?owner=nobody', { token: admin })
    expect([status, code]).toEqual([404, 'operator/no-owner'])
    expect(existsSync(join(owners(), 'nobody'))).toBe(false)
  })

  it.each(['../ada', '..', 'ada/../bob', '', 'A', '.hidden'])(
    'cannot name the folder %j as an owner',
    async (owner) => {
      const admin = await at.service.token({ owner: 'root', role: 'admin' })
      const { code } = await at.service.ask('GET', `/v1/apps?owner=${encodeURIComponent(owner)}`, { token: admin })
      expect(code).toBe('operator/malformed')
    },
  )
})
