import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { refusal } from '../testing/refuses.ts'
import { ageFileIn, decodeBundleFile, encodeBundleFile, requireFitting, type BundleFile } from './bundle-file.ts'

const now = new Date('2026-06-15T12:00:00Z')
const secrets = Buffer.from('{}')
const file: BundleFile = {
  schema: 'mse-bundle-file/1',
  name: 'hello',
  instance: '3fa85f6457174562b3fc2c963f66afa6',
  fingerprint: 'ab'.repeat(32),
  report_data: 'cd'.repeat(64),
  expires: now.getTime() / 1000 + 60,
  secrets_sha256: createHash('sha256').update(secrets).digest('hex'),
  bundle: Buffer.from('age').toString('base64'),
}
const app = { name: 'hello', instance: '3fa85f6457174562b3fc2c963f66afa6' }
const enclave = { measurement: file.fingerprint, reportData: Uint8Array.from(Buffer.alloc(64, 0xcd)) }

it('is read as it was written', () => {
  expect(decodeBundleFile(Buffer.from(encodeBundleFile(file)))).toEqual(file)
  expect(() => requireFitting(file, app, enclave, secrets, now)).not.toThrow()
})

it.each<[string, Uint8Array]>([
  ['nothing', Buffer.alloc(0)],
  ['an age file', Buffer.from('age-encryption.org/v1\n')],
  ['an instance that is none', Buffer.from(encodeBundleFile({ ...file, instance: '1' }))],
  ['evidence', Buffer.from('{"certificate":"","schema":"mse-evidence/1"}')],
  ['a file with a member too many', Buffer.from(encodeBundleFile({ ...file, more: 1 } as BundleFile))],
  ['a file that is not canonical', Buffer.from(JSON.stringify(file, null, 1))],
  ['a fingerprint that is too short', Buffer.from(encodeBundleFile({ ...file, fingerprint: 'ab' }))],
  ['a bundle that is not base64', Buffer.from(encodeBundleFile({ ...file, bundle: '%' }))],
])('%s is no bundle file', (_, bytes) => {
  expect(() => decodeBundleFile(bytes)).toThrow(refusal('provision/malformed') as Error)
})

it('holds an age file, which is also taken by itself', () => {
  const age = Buffer.from('age-encryption.org/v1\n')
  expect(ageFileIn(Buffer.from(encodeBundleFile({ ...file, bundle: age.toString('base64') })))).toEqual(age)
  expect(ageFileIn(age)).toBe(age)
  expect(() => ageFileIn(Buffer.from('{}'))).toThrow(refusal('provision/malformed') as Error)
})

describe('before anything is sent', () => {
  it.each<[string, string, Partial<BundleFile>, Uint8Array | undefined]>([
    ['another application', 'provision/other-app', { name: 'other' }, secrets],
    ['another version', 'provision/other-version', { fingerprint: '0'.repeat(64) }, secrets],
    ['another instance', 'provision/other-instance', { instance: '3fa85f6457174562b3fc2c963f66afa7' }, secrets],
    ['an earlier launch', 'provision/other-launch', { report_data: '0'.repeat(128) }, secrets],
    ['yesterday', 'provision/expired', { expires: now.getTime() / 1000 - 1 }, secrets],
    ['other secrets than were given', 'provision/secrets', {}, Buffer.from('[]')],
    ['secrets that were not given', 'provision/secrets', {}, undefined],
    ['no secrets', 'provision/secrets', { secrets_sha256: null }, secrets],
  ])('a bundle for %s is refused', (_, code, change, given) => {
    const fitting = (): void => requireFitting({ ...file, ...change }, app, enclave, given, now)
    expect(fitting).toThrow(refusal(code) as Error)
  })
})
