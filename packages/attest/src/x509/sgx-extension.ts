import { FormatError } from '../error.ts'
import { readDer, type DerValue } from './der.ts'
import type { Extension } from './extensions.ts'
import { expectTag, Fields, smallInteger, Tag } from './fields.ts'
import { readOid } from './oid.ts'

export const sgxExtensionOid = '1.2.840.113741.1.13.1'

/** What a PCK certificate says about its platform (Intel SGX PCK Certificate and CRL Profile Specification, §1.3.5). */
export interface SgxExtension {
  /** 16 security version numbers, 0…255. */
  readonly components: readonly number[]
  readonly pceSvn: number
  /** 16 bytes. */
  readonly ppid: Uint8Array
  /** 2 bytes. */
  readonly pceId: Uint8Array
  /** 6 bytes. */
  readonly fmspc: Uint8Array
}

/** @throws FormatError if it is there and not whole; undefined if it is not there */
export function readSgxExtension(extensions: readonly Extension[]): SgxExtension | undefined {
  const extension = extensions.find(({ oid }) => oid === sgxExtensionOid)
  if (extension === undefined) return undefined
  const entries = readEntries(readDer(extension.value), sgxExtensionOid)
  const numbers = [...entries.keys()].join()
  // The Processor CA issues five entries, the Platform CA seven.
  if (numbers !== '1,2,3,4,5' && numbers !== '1,2,3,4,5,6,7')
    throw new FormatError('the SGX extension: not its entries')
  const [ppid, tcb, pceId, fmspc, type, instance, configuration] = [...entries.values()]
  smallInteger(expectTag(need(type), Tag.enumerated, what), what, 2)
  if (instance !== undefined) octets(instance, 16)
  if (configuration !== undefined) readConfiguration(configuration)
  return {
    ...readTcb(need(tcb)),
    ppid: octets(need(ppid), 16),
    pceId: octets(need(pceId), 2),
    fmspc: octets(need(fmspc), 6),
  }
}

const what = 'the SGX extension'

/** SEQUENCE OF SEQUENCE { OID, value }, the OIDs below `parent`, in ascending order, each once. */
function readEntries(value: DerValue, parent: string): ReadonlyMap<number, DerValue> {
  const entries = new Map<number, DerValue>()
  let last = 0
  for (const child of expectTag(value, Tag.sequence, what).children) {
    const fields = new Fields(child, what)
    const oid = readOid(fields.takeAny(), what)
    const number = Number(oid.startsWith(`${parent}.`) ? oid.slice(parent.length + 1) : NaN)
    if (!(number > last)) throw new FormatError(`${what}: ${oid} is out of place`)
    entries.set(number, fields.takeAny())
    fields.end()
    last = number
  }
  return entries
}

function readTcb(value: DerValue): Pick<SgxExtension, 'components' | 'pceSvn'> {
  const entries = [...readEntries(value, `${sgxExtensionOid}.2`)]
  if (entries.length !== 18 || entries[17]?.[0] !== 18) throw new FormatError(`${what}: not 18 TCB entries`)
  const values = entries.map(([, entry]) => entry)
  octets(need(values[17]), 16)
  return {
    components: values.slice(0, 16).map((entry) => smallInteger(expectTag(entry, Tag.integer, what), what, 255)),
    pceSvn: smallInteger(expectTag(need(values[16]), Tag.integer, what), what, 65_535),
  }
}

function readConfiguration(value: DerValue): void {
  for (const [number, entry] of readEntries(value, `${sgxExtensionOid}.7`)) {
    if (number > 3) throw new FormatError(`${what}: a configuration that is not known`)
    expectTag(entry, Tag.boolean, what)
  }
}

function octets(value: DerValue, length: number): Uint8Array {
  if (expectTag(value, Tag.octetString, what).content.length !== length)
    throw new FormatError(`${what}: a value of another size`)
  return value.content
}

function need(value: DerValue | undefined): DerValue {
  if (value === undefined) throw new FormatError(`${what}: a value is missing`)
  return value
}
