import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { toHex } from '../bytes.ts'
import { sha256 } from '../crypto.ts'
import { AttestationError } from '../error.ts'
import { Ledger } from '../ledger.ts'
import { platforms } from '../platform.ts'
import { readCertificate } from '../x509/certificate.ts'
import { isValidAt, namesFollow, wrongRole } from '../x509/chain.ts'
import { decodeQuote } from './decode.ts'
import { proveQuote } from './prove.ts'
import { readQuote } from './quote.ts'

/** Real quotes; to run these, set MSE_SHARED to the folder that holds data/dcap. */
const data = join(process.env['MSE_SHARED'] ?? '', 'data/dcap')
const there = process.env['MSE_SHARED'] !== undefined && existsSync(join(data, 'INDEX.json'))

interface Entry {
  readonly kind: string
  readonly id: string
  readonly file: string
  readonly facts: Readonly<Record<string, number | string>>
  readonly pck?: { readonly fmspc: string; readonly tcbComponents: readonly number[]; readonly pceSvn?: number }
  /** What node:crypto said about each link. Two quotes were published broken, to test verifiers with. */
  readonly signatureChecks: Readonly<Record<string, boolean>>
  readonly origin?: string
  readonly tee?: string
  readonly quote?: string
}
const index: { entries: Entry[] } = there ? JSON.parse(readFileSync(join(data, 'INDEX.json'), 'utf8')) : { entries: [] }
const quotes = index.entries.filter(({ kind }) => kind === 'quote')
const read = (file: string) => new Uint8Array(readFileSync(join(data, file)))
const chained = quotes.filter(({ facts }) => facts['version'] === 3 && facts['certDataType'] === 5)

async function intelRoot(): Promise<string> {
  return toHex(await sha256(readCertificate(read('roots/intel-sgx-root-2049.der')).spki))
}

it.skipIf(there)('real quotes are skipped: MSE_SHARED does not name a folder with data/dcap', ({ skip }) => skip())

describe.skipIf(!there)('real quotes', () => {
  it('are enough of them, nearly all of them whole', () => {
    const whole = chained.filter(({ signatureChecks }) => Object.values(signatureChecks).every(Boolean))
    expect(whole.length).toBeGreaterThanOrEqual(chained.length - 2)
    expect(chained.length).toBeGreaterThan(25)
  })

  it.each(quotes.filter(({ facts }) => facts['version'] === 3))('$id says what the index says', ({ file, facts }) => {
    const { header, report, qeReport, certification, qeAuthentication } = readQuote(read(file))
    expect(header).toMatchObject({ version: 3, keyType: facts['attestationKeyType'], teeType: facts['teeType'] })
    expect(header.vendorId).toBe(platforms.sgx.vendorId)
    expect(toHex(report.measurement)).toBe(facts['mrEnclave'])
    expect(toHex(report.signer)).toBe(facts['mrSigner'])
    expect(toHex(report.reportData)).toBe(facts['reportData'])
    expect([report.isvProdId, report.isvSvn]).toEqual([facts['isvProdId'], facts['isvSvn']])
    expect(report.debug).toBe((Number.parseInt(String(facts['attributes']).slice(0, 2), 16) & 2) !== 0)
    expect(toHex(qeReport.signer)).toBe(facts['qeMrSigner'])
    expect(certification.type).toBe(facts['certDataType'])
    expect(qeAuthentication).toHaveLength(Number(facts['qeAuthDataLength']))
  })

  it.each(chained)(
    '$id is signed from the root of Intel down to the report',
    async ({ file, pck, signatureChecks: links }) => {
      const { quote, chain } = decodeQuote(new Ledger(), read(file))
      expect(await proveQuote(quote, chain)).toEqual({
        root: await intelRoot(),
        chainIsSigned: links['rootToIntermediate'] && links['intermediateToLeaf'],
        qeReportIsSigned: links['leafToQeReport'],
        qeReportBindsKey: links['qeReportBindsAk'],
        quoteIsSigned: links['akToQuote'],
      })
      expect(namesFollow(chain)).toBe(links['rootToIntermediate'])
      expect(wrongRole(chain)).toBeUndefined()
      expect(isValidAt(chain.root, chain.leaf.notBefore)).toBe(true)
      expect(quote.qeReport.debug).toBe(false)
      expect(toHex(chain.sgx?.fmspc ?? new Uint8Array())).toBe(pck?.fmspc.toLowerCase())
      expect(chain.sgx?.components).toEqual(pck?.tcbComponents)
    },
  )

  it.each(quotes.filter(({ facts }) => facts['version'] !== 3))('$id is refused for its version', ({ file }) => {
    expect(() => decodeQuote(new Ledger(), read(file))).toThrow(expect.objectContaining({ code: 'quote/version' }))
  })

  it('without a chain are refused for it', () => {
    for (const { file, facts } of quotes.filter(({ facts }) => facts['version'] === 3 && facts['certDataType'] !== 5)) {
      expect(facts['certDataType']).not.toBe(5)
      expect(() => decodeQuote(new Ledger(), read(file))).toThrow(
        expect.objectContaining({ code: 'quote/certification' }),
      )
    }
  })

  it('that were damaged throw nothing but an AttestationError', () => {
    const files = new Set(
      index.entries.filter(({ origin, quote }) => origin === 'real-tampered' && quote).map(({ quote }) => quote ?? ''),
    )
    expect(files.size).toBeGreaterThan(20)
    for (const file of files) {
      try {
        decodeQuote(new Ledger(), read(file))
      } catch (error) {
        expect(error, file).toBeInstanceOf(AttestationError)
      }
    }
  })
})
