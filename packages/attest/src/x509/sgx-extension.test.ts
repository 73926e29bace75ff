import { describe, expect, it } from 'vitest'
import { FormatError } from '../error.ts'
import { boolean, der, octets, oid, sequence, small } from '../testing/der-writer.ts'
import { readSgxExtension, sgxExtensionOid } from './sgx-extension.ts'

const entry = (below: string, value: Uint8Array) => sequence(oid(`${sgxExtensionOid}.${below}`), value)
const zero = (length: number) => octets(new Uint8Array(length))
const svn = (number: number, value: Uint8Array = small(number)) => entry(`2.${number}`, value)
const components = (change?: [number, Uint8Array]) =>
  Array.from({ length: 17 }, (_, index) => (change?.[0] === index + 1 ? change[1] : svn(index + 1)))
const tcb = (...values: Uint8Array[]) => entry('2', sequence(...values))
const good = {
  ppid: entry('1', zero(16)),
  tcb: tcb(...components(), entry('2.18', zero(16))),
  pceId: entry('3', zero(2)),
  fmspc: entry('4', octets(Uint8Array.of(0, 0x90, 0x6e, 0xd5, 0, 0))),
  type: entry('5', der(0x0a, Uint8Array.of(1))),
}
const instance = entry('6', zero(16))
const configuration = entry('7', sequence(entry('7.1', boolean(true)), entry('7.2', boolean(false))))
const read = (...entries: Uint8Array[]) =>
  readSgxExtension([{ oid: sgxExtensionOid, critical: false, value: sequence(...entries) }])
const changed = (change: Partial<typeof good>) => () => read(...Object.values({ ...good, ...change }))

it('reads the form of the Processor CA and that of the Platform CA', () => {
  for (const entries of [Object.values(good), [...Object.values(good), instance, configuration]]) {
    const extension = read(...entries)
    expect(extension.components).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])
    expect(extension.pceSvn).toBe(17)
    expect(extension.fmspc).toEqual(Uint8Array.of(0, 0x90, 0x6e, 0xd5, 0, 0))
  }
  const platform = read(...Object.values(good), instance, configuration)
  expect(platform.platformInstance).toEqual(new Uint8Array(16))
  expect(platform.configuration).toEqual({ dynamicPlatform: true, cachedKeys: false })
})

it('reads entries in any order', () => {
  const { type, fmspc, pceId, tcb, ppid } = good
  expect(read(type, fmspc, pceId, tcb, ppid)).toEqual(read(ppid, tcb, pceId, fmspc, type))
})

it('reads security versions of 128 and more', () => {
  const { components: read255 } = changed({
    tcb: tcb(...components([16, svn(16, small(255))]), entry('2.18', zero(16))),
  })()
  expect(read255[15]).toBe(255)
})

describe('refuses', () => {
  const last = entry('2.18', zero(16))
  it.each([
    [
      'a negative security version',
      changed({ tcb: tcb(...components([3, svn(3, der(0x02, Uint8Array.of(0xff)))]), last) }),
    ],
    ['a security version of 256', changed({ tcb: tcb(...components([3, svn(3, small(256))]), last) })],
    ['a PCESVN of 65,536', changed({ tcb: tcb(...components([17, svn(17, small(65_536))]), last) })],
    ['a security version as octets', changed({ tcb: tcb(...components([3, svn(3, zero(1))]), last) })],
    ['a component twice', changed({ tcb: tcb(...components([4, svn(3)]), last) })],
    ['a component too few', changed({ tcb: tcb(...components().slice(1), last) })],
    ['a component too many', changed({ tcb: tcb(...components(), last, entry('2.19', small(0))) })],
    ['an FMSPC of 5 bytes', changed({ fmspc: entry('4', zero(5)) })],
    ['a PCEID of 3 bytes', changed({ pceId: entry('3', zero(3)) })],
    ['an SGX type of 3', changed({ type: entry('5', der(0x0a, Uint8Array.of(3))) })],
    ['an SGX type that is an integer', changed({ type: entry('5', small(0)) })],
    ['another OID', changed({ type: sequence(oid('1.2.3.5'), der(0x0a, Uint8Array.of(0))) })],
    ['an FMSPC under the OID of an arc below it', changed({ fmspc: entry('4.0', zero(6)) })],
    ['a second FMSPC under the OID of an arc below it', () => read(...Object.values(good), entry('4.1', zero(6)))],
    [
      'a component under the OID of an arc below it',
      changed({ tcb: tcb(...components(), last, entry('2.3.5', small(9))) }),
    ],
    ['an FMSPC twice', () => read(good.ppid, good.tcb, good.pceId, good.fmspc, good.fmspc, good.type)],
    ['no FMSPC', () => read(good.ppid, good.tcb, good.pceId, good.type)],
    ['nothing', () => readSgxExtension([])],
    ['half of the Platform CA', () => read(...Object.values(good), instance)],
    ['a configuration that is no list', () => read(...Object.values(good), instance, entry('7', boolean(true)))],
    ['an eighth entry', () => read(...Object.values(good), instance, configuration, entry('8', small(0)))],
  ])('%s', (_, run) => {
    expect(run).toThrow(FormatError)
  })
})
