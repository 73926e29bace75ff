import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AttestationError } from '../error.ts'
import { Ledger } from '../ledger.ts'
import { isRestDefined, proveBinding } from './binding.ts'
import { readRaTlsCertificate } from './certificate.ts'
import { judgeCertificate, proveCertificate } from './judge.ts'
import { readRaTls } from './read.ts'
import { isSelfSigned } from './self-signature.ts'

/** Certificates of real enclaves and made-up ones; to run these, set MSE_SHARED to the folder that holds data/dcap. */
const data = join(process.env['MSE_SHARED'] ?? '', 'data/dcap')
const there = process.env['MSE_SHARED'] !== undefined && existsSync(join(data, 'INDEX.json'))

interface Entry {
  readonly kind: string
  readonly id: string
  readonly cert: string
  readonly expect: string
  readonly level: string
  readonly time: number
  readonly evidence: readonly { readonly oid: string; readonly quote: string }[]
}
const index: { entries: Entry[] } = there ? JSON.parse(readFileSync(join(data, 'INDEX.json'), 'utf8')) : { entries: [] }
const read = (file: string) => new Uint8Array(readFileSync(join(data, file)))
const made = index.entries.filter(({ kind }) => kind === 'ratls')
const real = index.entries.filter(({ kind }) => kind === 'ratls-real')

/** REPORTDATA of an SGX quote of version 3 or a TDX quote of version 4. */
function reportDataOf(quote: Uint8Array): Uint8Array {
  const start = quote[0] === 3 ? 48 + 320 : 48 + 520
  return quote.slice(start, start + 64)
}

/** The first thing that is wrong with a certificate, its quote believed; `accept` if nothing is. */
async function judge(der: Uint8Array, now: number): Promise<string> {
  const ledger = new Ledger()
  try {
    const certificate = ledger.decode('evidence/malformed', () => readRaTlsCertificate(der))
    const raTls = readRaTls(ledger, certificate)
    const reportData = reportDataOf(raTls.quote)
    const proofs = await proveCertificate(certificate, raTls, reportData)
    judgeCertificate(ledger, certificate, raTls, proofs, { reportData, now: new Date(now) })
    return 'accept'
  } catch (error) {
    if (error instanceof AttestationError) return error.code
    throw error
  }
}

/** What is looked at here, of each kind of refusal; for others the quote is to blame, which is believed here. */
const codes: Readonly<Record<string, readonly string[]>> = {
  accept: ['accept'],
  'reject:KEY_BINDING': ['certificate/key-binding', 'evidence/claims'],
  'reject:EVIDENCE_FORMAT': ['evidence/wrapper', 'evidence/claims', 'evidence/malformed'],
  'reject:NO_EVIDENCE': ['evidence/no-quote'],
  'reject:CERT_SIGNATURE': ['certificate/signature'],
  'reject:CERT_EXPIRED': ['certificate/validity'],
  'reject:QUOTE_FORMAT': ['accept'],
  'reject:QUOTE_SIGNATURE': ['accept'],
  'reject:DEBUG': ['accept'],
}

/** Where both answers can be defended and the recorded default differs from the index (decision 0022). */
const defaults: Readonly<Record<string, string>> = { 'ratC-gramine-hi': 'certificate/report-data' }

it.skipIf(there)('shared certificates are skipped: MSE_SHARED does not name a folder with data/dcap', ({ skip }) =>
  skip(),
)

describe.skipIf(!there)('shared certificates', () => {
  it('are all there', () => {
    expect(made.length).toBeGreaterThanOrEqual(40)
    expect(real.length).toBeGreaterThanOrEqual(6)
  })

  it.each(made)('$id: $expect', async ({ id, cert, expect: expected, level, time }) => {
    const found = await judge(read(cert), time * 1000)
    if (id in defaults) {
      expect(level).toBe('policy')
      expect(found).toBe(defaults[id])
    } else expect(codes[expected]).toContain(found)
  })

  it.each(real)('$id binds its key to its quote', async ({ cert, evidence }) => {
    const certificate = readRaTlsCertificate(read(cert))
    const raTls = readRaTls(new Ledger(), certificate)
    const listed = evidence.find(({ oid }) => oid === raTls.oid)
    const quote = read(listed?.quote ?? '')
    expect(raTls.quote.subarray(0, quote.length)).toEqual(quote)
    expect(await proveBinding(raTls, certificate, reportDataOf(raTls.quote))).toBe(true)
    expect(isRestDefined(raTls, reportDataOf(raTls.quote))).toBe(true)
    expect(await isSelfSigned(certificate)).toBe(true)
  })
})
