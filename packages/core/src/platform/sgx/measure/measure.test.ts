import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { refusal } from '../../../testing/refuses.ts'
import { layOut } from './layout.ts'
import { PAGE, readLoader } from './loader.ts'
import { measureEnclave } from './measure-enclave.ts'
import { enclaveSettings } from './enclave-settings.ts'
import { readSize } from './read-size.ts'

const shared = join(import.meta.dirname, '../../../../../../spec/vectors/gramine/shared')
const elf = (): Buffer => readFileSync(join(shared, 'tiny-a.so'))
/** Offset of the first program header. */
const HEADERS = 64
const HEADER_SIZE = 56

function changed(change: (bytes: Buffer) => void): Buffer {
  const bytes = elf()
  change(bytes)
  return bytes
}

describe('sizes', () => {
  it.each<[string, number]>([
    ['512M', 2 ** 29],
    ['65536K', 2 ** 26],
    ['1024G', 2 ** 40],
    ['67108864', 2 ** 26],
    ['0x8000000', 2 ** 27],
    ['0b1G', 2 ** 30],
    [' 6_4 M', 2 ** 26],
    ['+1G', 2 ** 30],
    ['00', 0],
    ['0x_1G', 2 ** 30],
    ['\u000b64\u0085M', 2 ** 26],
    ['\u20031\u3000G', 2 ** 30],
  ])('%j', (text, bytes) => {
    expect(readSize(text)).toBe(bytes)
  })

  it.each([
    '64m',
    '1T',
    '064M',
    '',
    'M',
    '-1G',
    '1__0',
    '_1',
    '1.5G',
    '0x',
    '1 0M',
    '9007199254740993',
    '\ufeff1G',
    '+ 1G',
    '0x1g',
  ])('that are refused: %j', (text) => {
    expect(() => readSize(text)).toThrow(refusal('manifest/value'))
  })

  it('an integer is refused: it has to be a string', () => {
    expect(() => readSize(67108864n)).toThrow(refusal('manifest/value'))
  })
})

describe('settings that are refused', () => {
  it.each<[string, string | bigint | boolean]>([
    ['a word for the number of threads', '4'],
    ['fewer threads than none', -1n],
    ['more threads than the loader starts', 4097n],
  ])('%s', (_what, max_threads) => {
    const sgx = new Map<string, string | bigint | boolean>([
      ['enclave_size', '1G'],
      ['max_threads', max_threads],
    ])
    expect(() => enclaveSettings(new Map([['sgx', sgx]]))).toThrow(refusal('manifest/value'))
  })
})

describe('a loader is refused', () => {
  it.each<[string, Buffer]>([
    ['that is empty', Buffer.alloc(0)],
    ['that is text', Buffer.alloc(4096, '#!/bin/sh\n')],
    ['of 32 bits', changed((bytes) => bytes.writeUInt8(1, 4))],
    ['of another processor', changed((bytes) => bytes.writeUInt16LE(183, 18))],
    ['whose program headers are outside the file', changed((bytes) => bytes.writeBigUInt64LE(2n ** 40n, 32))],
    ['whose program headers are too short', changed((bytes) => bytes.writeUInt16LE(8, 54))],
    ['with an address that no enclave has', changed((bytes) => bytes.writeBigUInt64LE(2n ** 63n, HEADERS + 16))],
    ['with a segment longer than the file', changed((bytes) => bytes.writeBigUInt64LE(2n ** 20n, HEADERS + 32))],
    ['of which nothing is loaded', changed((bytes) => bytes.writeUInt16LE(0, 56))],
    [
      'with two segments in one page, the second hidden behind the first',
      changed((bytes) => bytes.copy(bytes, HEADERS + HEADER_SIZE, HEADERS, HEADERS + HEADER_SIZE)),
    ],
  ])('%s', (_what, bytes) => {
    expect(() => readLoader(bytes)).toThrow(refusal('enclave/loader'))
  })
})

describe('a layout', () => {
  const loader = readLoader(elf())
  /** 16 pages that stay empty, 1 of the manifest, 90 of the thread, and the loader. */
  const least = (16 + 1 + 90) * PAGE + loader.high

  it('may fill an enclave to the last page', () => {
    const areas = layOut({ size: least, threads: 1, edmm: false }, 100, loader)
    expect(areas.filter((area) => area.name === 'free')).toEqual([])
  })

  it('is refused in an enclave that is one page too small', () => {
    const settings = { size: least - PAGE, threads: 1, edmm: false }
    expect(() => layOut(settings, 100, loader)).toThrow(
      refusal('enclave/size', { expected: `at least ${least} bytes` }),
    )
  })

  it('is refused where a loader with an address of its own lies on the stacks', () => {
    const fixed = readLoader(readFileSync(join(shared, 'tiny-e.so')))
    expect(fixed.low).toBeGreaterThan(0)
    const settings = { size: fixed.high + 91 * PAGE - PAGE, threads: 1, edmm: false }
    expect(() => layOut(settings, 100, fixed)).toThrow(refusal('enclave/size'))
  })
})

describe('a measurement', () => {
  const measure = (bytes: Buffer, manifest = 'x'): string => {
    const settings = { size: 2 ** 26, threads: 2, edmm: false }
    return measureEnclave(Buffer.from(manifest), settings, readLoader(bytes)).mrenclave.toString('hex')
  }

  it('counts the NUL behind a manifest that fills its page', () => {
    expect(measure(elf(), 'x'.repeat(4095))).not.toBe(measure(elf(), 'x'.repeat(4096)))
  })

  it('does not count bytes of the loader that no segment loads', () => {
    expect(measure(changed((bytes) => bytes.writeUInt8(0xff, 0x1100)))).toBe(measure(elf()))
  })

  it('counts every byte that a segment loads', () => {
    expect(measure(changed((bytes) => bytes.writeUInt8(0xff, 0x247)))).not.toBe(measure(elf()))
  })
})
