/**
 * Writes software.json beside this file: `npm run build && node spec/vectors/evidence/make.ts` with a Node that strips
 * types (22.18 or later). Made once: keys and signatures are random, so another run replaces every case, and the point of
 * the file is that evidence is judged tomorrow as it was judged the day it was made.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatPolicy, strictSgxPolicy } from '@mse/attest'
import { encodeEvidence } from '@mse/attest/evidence'
import { createPlatform, generateKey, makeEnclave, type EnclaveFields } from '@mse/attest/testing'

const now = new Date('2026-06-15T12:00:00Z')
const measurement = new Uint8Array(32).fill(0xab)
const platform = await createPlatform({ now })
const stranger = await generateKey()
const intel = Uint8Array.from('939a7233f79c4ca9940a0db3957f0607'.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
const sgxOid = '1.2.840.113741.1337.6'

const policy = {
  schema: 'mse-policy/1',
  platform: 'software',
  software_roots: [platform.rootKeyHash],
  measurement: ['ab'.repeat(32)],
  signer: 'any',
  debug: 'refused',
}

async function evidenceOf(fields: Partial<EnclaveFields>): Promise<string> {
  const { evidence } = await makeEnclave(platform, { now, measurement, ...fields })
  return new TextDecoder().decode(encodeEvidence(evidence))
}

type Row = readonly [name: string, expect: string, fields: Partial<EnclaveFields>, change?: object, at?: string]
const rows: readonly Row[] = [
  ['genuine', 'ok', {}],
  ['genuine, on its last day', 'ok', {}, {}, '2026-07-14T12:00:00Z'],
  ['genuine, with a sealing key of other bytes', 'ok', { sealingKey: new Uint8Array(32).fill(0x77) }],
  ['a platform under another root', 'chain/root', {}, { software_roots: ['00'.repeat(32)] }],
  ['a software enclave where SGX was asked for', 'policy/platform', {}, JSON.parse(formatPolicy(strictSgxPolicy({ measurement: 'any', signer: 'any' })))],
  ['a software enclave with the vendor id of Intel', 'quote/vendor', { oddQuotingEnclave: { vendorId: intel } }],
  ['a software enclave under the OID of SGX', 'evidence/oid', { certificate: { oid: sgxOid } }],
  [
    'a software enclave that claims to be SGX altogether',
    'policy/platform',
    { oddQuotingEnclave: { vendorId: intel }, certificate: { oid: sgxOid } },
  ],
  ['a debug enclave', 'policy/debug', { report: { debug: true } }],
  ['other code', 'policy/measurement', { measurement: new Uint8Array(32).fill(0xcd) }],
  ['another signer', 'policy/signer', {}, { signer: ['cd'.repeat(32)] }],
  ['a key that the enclave did not vouch for', 'certificate/key-binding', { report: { reportData: new Uint8Array(64) } }],
  ['a quote that another key signed', 'quote/signature', { oddQuote: { signedBy: stranger.privateKey } }],
  ['a quoting enclave that vouches for another key', 'quote/qe-binding', { oddQuotingEnclave: { reportData: new Uint8Array(64) } }],
  ['a certificate that has lapsed', 'certificate/validity', {}, {}, '2026-07-14T12:00:01Z'],
  ['a platform that has lapsed', 'chain/expired', {}, {}, '2033-06-15T12:00:01Z'],
  ['a quote of version 6', 'quote/version', { oddQuote: { version: 6 } }],
]

const cases = await Promise.all(
  rows.map(async ([name, expect, fields, change = {}, at = now.toISOString()]) => ({
    name,
    expect,
    now: at,
    policy: 'platform' in change ? change : { ...policy, ...change },
    evidence: await evidenceOf(fields),
  })),
)
const comment = 'evidence: the bytes of an evidence file; now: when it is judged. Every key was thrown away.'
writeFileSync(join(import.meta.dirname, 'software.json'), `${JSON.stringify({ comment, cases }, null, 2)}\n`)
