import { chmodSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { exampleSession } from '../../../core/src/testing/example-session.ts'
import { refusal } from '../../../core/src/testing/refuses.ts'
import { temporaryFolder } from '../../../core/src/testing/temporary-folder.ts'
import { keepLogin, newLogin, operatorUrl, readLogin, type Credentials } from './login.ts'

const home = temporaryFolder()
const url = new URL('https://op.example.org:8444')
const pinned: Credentials = { url, token: 'mse_secret', pin: `sha256:${'ab'.repeat(32)}`, authorities: undefined }

it('is kept where nobody else can read it, and comes back', async () => {
  const { folders } = exampleSession(home())
  const login = newLogin(pinned)
  await keepLogin(folders, login)
  expect(await readLogin(folders, url)).toEqual(login)
  const [file = ''] = readdirSync(join(folders.config, 'operators'))
  expect(statSync(join(folders.config, 'operators', file)).mode & 0o777).toBe(0o600)
})

it('that others could read is refused', async () => {
  const { folders } = exampleSession(home())
  await keepLogin(folders, newLogin(pinned))
  const [file = ''] = readdirSync(join(folders.config, 'operators'))
  chmodSync(join(folders.config, 'operators', file), 0o644)
  await expect(readLogin(folders, url)).rejects.toEqual(refusal('owner/key-permissions'))
})

it('believes nobody at first sight', () => {
  expect(() => newLogin({ ...pinned, pin: undefined })).toThrow(refusal('usage/missing') as Error)
})

it('is of one service: another port is another one', async () => {
  const { folders } = exampleSession(home())
  await keepLogin(folders, newLogin(pinned))
  const other = readLogin(folders, new URL('https://op.example.org:8445'))
  await expect(other).rejects.toEqual(refusal('operator/not-logged-in'))
})

it.each([
  'http://op.example.org',
  'op.example.org',
  'https://user:password@op.example.org',
  'https://op.example.org/path',
  'https://op.example.org/?token=x',
  'ftp://op.example.org',
])('of %s is none', (text) => {
  expect(() => operatorUrl(text)).toThrow(refusal('usage/url') as Error)
})
