import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateKeyPairSync } from 'node:crypto'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { encodeIdentity } from '../package/age/keys.ts'
import { refusal } from '../testing/refuses.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { rawPublicKey } from './ed25519.ts'
import { codeKey, ownerKeys } from './keys.ts'

const folder = temporaryFolder()
const config = (): string => join(folder(), 'config/mse')
const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8)

it('makes keys that nobody else can read, and gives the same ones again', async () => {
  const before = process.umask(0)
  try {
    const [owner, code] = [await ownerKeys(config()), await codeKey(config(), 'hello')]
    expect(rawPublicKey((await ownerKeys(config())).signing)).toEqual(rawPublicKey(owner.public))
    expect(await codeKey(config(), 'hello')).toEqual(code)
  } finally {
    process.umask(before)
  }
  expect(mode(config())).toBe('700')
  const names = readdirSync(config())
  expect(names).toHaveLength(2)
  expect(names.map((name) => mode(join(config(), name)))).toEqual(['600', '600'])
})

it('makes one code key for each application, as an identity file of age', async () => {
  const [one, other] = [await codeKey(config(), 'one'), await codeKey(config(), 'two')]
  expect(one.secret).not.toEqual(other.secret)
  const files = readdirSync(config()).map((name) => readFileSync(join(config(), name), 'utf8'))
  expect(files.some((text) => text.includes(encodeIdentity(one.secret)))).toBe(true)
})

it('a name that would be a line of its own in the file', async () => {
  const name = `x\n${encodeIdentity(new Uint8Array(32).fill(1))}`
  expect((await codeKey(config(), name)).secret).not.toEqual(Buffer.alloc(32, 1))
})

it('many at once get the same keys', async () => {
  const all = await Promise.all(
    Array.from({ length: 20 }, () => Promise.all([ownerKeys(config()), codeKey(config(), 'hello')])),
  )
  expect(new Set(all.map(([owner]) => rawPublicKey(owner.public).toString('hex'))).size).toBe(1)
  expect(new Set(all.map(([, code]) => Buffer.from(code.secret).toString('hex'))).size).toBe(1)
  expect(readdirSync(config())).toHaveLength(2)
})

it.each([
  ['the folder', 0o755, ''],
  ['the folder, for the group', 0o710, ''],
  ['the signing key', 0o644, 'owner.pem'],
  ['the signing key, for the group', 0o640, 'owner.pem'],
])('%s open to others (%o)', async (_, wide, name) => {
  await ownerKeys(config())
  chmodSync(join(config(), name), wide)
  await expect(ownerKeys(config())).rejects.toThrow(
    refusal('owner/key-permissions', { found: `mode ${wide.toString(8)}` }),
  )
  chmodSync(join(config(), name), 0o700)
  await expect(ownerKeys(config())).resolves.toBeDefined()
})

it('a code key open to others', async () => {
  await codeKey(config(), 'hello')
  const [name] = readdirSync(config())
  chmodSync(join(config(), name as string), 0o604)
  await expect(codeKey(config(), 'hello')).rejects.toThrow(refusal('owner/key-permissions'))
})

it.each([
  ['nothing', ''],
  ['something else', 'hello\n'],
  [
    'a key of another kind',
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  ],
  ['a public key', generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString()],
])('a signing key file that holds %s', async (_, text) => {
  mkdirSync(config(), { recursive: true, mode: 0o700 })
  writeFileSync(join(config(), 'owner.pem'), text, { mode: 0o600 })
  await expect(ownerKeys(config())).rejects.toThrow(refusal('owner/key-malformed'))
})

it('other tools read the signing key', async () => {
  const { public: key } = await ownerKeys(config())
  const { stdout } = await promisify(execFile)('openssl', ['pkey', '-in', join(config(), 'owner.pem'), '-pubout'])
  expect(stdout).toBe(key.export({ type: 'spki', format: 'pem' }))
})
