import { describe, expect, it } from 'vitest'
import { concat } from '../bytes.ts'
import { FormatError } from '../error.ts'
import { writeHeader, writeReport, writeSection } from '../testing/quote-writer.ts'
import { readHeader } from './header.ts'
import { readLayout } from './layout.ts'
import { readQuote as takeApart, type Quote } from './quote.ts'

function readQuote(bytes: Uint8Array): Quote {
  return takeApart(bytes, readLayout(bytes, readHeader(bytes), 'sgx'))
}

const fill = (length: number, byte: number) => new Uint8Array(length).fill(byte)
const header = writeHeader({ version: 3, keyType: 2, teeType: 0, vendorId: fill(16, 0x11), qeId: fill(16, 0x22) })
const report = writeReport({
  measurement: fill(32, 1),
  signer: fill(32, 2),
  reportData: fill(64, 3),
  isvProdId: 0x102,
  isvSvn: 0x304,
})
const section = {
  signature: fill(64, 4),
  attestationKey: fill(64, 5),
  qeReport: writeReport({ measurement: fill(32, 6), reportData: fill(64, 7), debug: true }),
  qeSignature: fill(64, 8),
  authentication: fill(5, 9),
  certificationType: 5,
  certification: fill(10, 10),
  extra: fill(0, 0),
}
const quote = concat(header, report, writeSection(section))

it('finds every field where Intel puts it', () => {
  const read = readQuote(quote)
  expect(read.header).toEqual({
    version: 3,
    keyType: 2,
    teeType: 0,
    qeSvn: 0,
    pceSvn: 0,
    vendorId: '11'.repeat(16),
    userData: concat(fill(16, 0x22), fill(4, 0)),
  })
  expect(read.body).toMatchObject({
    tee: 'sgx',
    measurement: fill(32, 1),
    signer: fill(32, 2),
    reportData: fill(64, 3),
    isvProdId: 0x102,
    isvSvn: 0x304,
    debug: false,
    attributes: Uint8Array.of(5, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0),
  })
  expect(read.signed).toEqual(concat(header, report))
  expect(read.signature).toEqual(section.signature)
  expect(read.attestationKey).toEqual(concat(Uint8Array.of(4), section.attestationKey))
  expect(read.qeSigned).toEqual(section.qeReport)
  expect(read.qeReport.debug).toBe(true)
  expect(read.qeSignature).toEqual(section.qeSignature)
  expect(read.qeAuthentication).toEqual(section.authentication)
  expect(read.certification).toEqual({ type: 5, data: section.certification })
})

it('reads from the middle of a larger buffer', () => {
  const buffer = concat(fill(7, 0xff), quote, fill(7, 0xff))
  expect(readQuote(buffer.subarray(7, 7 + quote.length))).toEqual(readQuote(quote))
})

it('says what no field accounts for', () => {
  expect(readQuote(quote)).toMatchObject({ unaccounted: 0, endsInZeroes: true })
  const longer = concat(header, report, writeSection({ ...section, extra: fill(1, 0) }))
  expect(readQuote(longer)).toMatchObject({ unaccounted: 1 })
  expect(readQuote(concat(quote, fill(100, 0)))).toMatchObject({ unaccounted: 0, endsInZeroes: true })
  expect(readQuote(concat(quote, fill(100, 0), fill(1, 1)))).toMatchObject({ endsInZeroes: false })
})

describe('refuses', () => {
  const lengthAt = (offset: number, ...bytes: number[]) => {
    const changed = quote.slice()
    changed.set(bytes, offset)
    return changed
  }
  const sectionAt = 436
  it.each([
    ['a section of 4 GiB', lengthAt(432, 255, 255, 255, 255)],
    ['a section of nothing', lengthAt(432, 0, 0, 0, 0)],
    [
      'a section one byte longer',
      lengthAt(432, (quote.length - sectionAt + 1) & 0xff, (quote.length - sectionAt + 1) >> 8),
    ],
    ['authentication data of 64 KiB', lengthAt(sectionAt + 576, 255, 255)],
    ['certification data of 4 GiB', lengthAt(sectionAt + 578 + 5 + 2, 255, 255, 255, 255)],
  ])('%s', (_, bytes) => {
    expect(() => readQuote(bytes)).toThrow(FormatError)
  })

  it('every prefix', () => {
    for (let length = 0; length < quote.length; length++) {
      expect(() => readQuote(quote.subarray(0, length))).toThrow(FormatError)
    }
  })
})
