import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, expect, it } from 'vitest'
import type { OwnerKeys } from '../owner/keys.ts'
import { codeKeyFrom } from '../package/age/code-key.ts'
import { encryptBytes } from '../package/age/encrypt-bytes.ts'
import { identityFrom } from '../package/age/keys.ts'
import { canonicalJson } from '../package/canonical-json.ts'
import { payloadTypes, signEnvelope, type PayloadType } from '../package/dsse.ts'
import { proveEnclave } from '../testing/make-believe-enclave.ts'
import { refusal } from '../testing/refuses.ts'
import { sealBundle } from './bundle.ts'
import { openBundle } from './open-bundle.ts'

/** The key of the make-believe enclave; of a real one nobody has it. */
const secret = Uint8Array.from({ length: 32 }, (_, at) => at + 1)
const owner = pair()
const sealed = Buffer.from('{"password":"horse"}')
let bundle: Buffer

function pair(): OwnerKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { signing: privateKey, public: publicKey }
}

beforeAll(async () => {
  const { verified } = await proveEnclave(new Date(), identityFrom(secret).publicValue)
  const inputs = { secrets: undefined, sealed, owner, codeKey: codeKeyFrom(secret), now: new Date() }
  bundle = sealBundle(verified, { ...inputs, secretsInside: false })
})

async function* stream(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

const open = (bytes: Uint8Array, key = secret, by = owner.public): ReturnType<typeof openBundle> =>
  openBundle(stream(bytes), [identityFrom(key)], by)

function signed(payload: string, type: PayloadType = payloadTypes.bundle): Buffer {
  const envelope = signEnvelope(type, Buffer.from(payload), owner.signing)
  return encryptBytes(Buffer.from(envelope), identityFrom(secret).publicValue)
}

const good = {
  schema: 'mse-bundle/1',
  fingerprint: 'ab'.repeat(32),
  report_data: 'cd'.repeat(64),
  issued: 1,
  expires: 2,
  code_key: Buffer.alloc(32).toString('base64'),
  sealed_secrets: null,
  secrets: null,
  secrets_sha256: null,
  tls: null,
}

it('a bundle that nobody has touched, but for the code key', async () => {
  const opened = await open(signed(canonicalJson(good)))
  expect(opened).toEqual({
    fingerprint: good.fingerprint,
    reportData: good.report_data,
    issued: new Date(1000),
    expires: new Date(2000),
    sealedSecrets: undefined,
    secretsSha256: undefined,
  })
})

it('what mse seal wrote, with the key of that enclave', async () => {
  expect((await open(bundle)).sealedSecrets?.equals(sealed)).toBe(true)
})

it('a bundle for another enclave', async () => {
  await expect(open(bundle, Buffer.alloc(32, 9))).rejects.toThrow(refusal('age/no-match'))
})

it('a bundle of another owner', async () => {
  await expect(open(bundle, secret, pair().public)).rejects.toThrow(refusal('provision/signature'))
})

it.each([
  ['truncated', () => bundle.subarray(0, -1), 'age/payload'],
  ['extended', () => Buffer.concat([bundle, Buffer.of(0)]), 'age/payload'],
  [
    'an age file that holds something else',
    () => encryptBytes(sealed, identityFrom(secret).publicValue),
    'provision/signature',
  ],
  [
    'an index of this owner in place of a bundle',
    () => signed(canonicalJson(good), payloadTypes.index),
    'provision/signature',
  ],
  ['a payload of another shape', () => signed('{}'), 'provision/malformed'],
  ['a payload with a member more', () => signed(canonicalJson({ ...good, more: 1 })), 'provision/malformed'],
  ['a payload that is not canonical', () => signed(JSON.stringify(good, null, 1)), 'provision/malformed'],
  [
    'more than a bundle can be',
    () => encryptBytes(Buffer.alloc(3 << 20), identityFrom(secret).publicValue),
    'provision/oversized',
  ],
])('%s', async (_, made, code) => {
  const error: unknown = await open(made()).catch((caught: unknown) => caught)
  expect(error).toEqual(refusal(code))
  expect(JSON.stringify(error)).not.toContain('horse')
})
