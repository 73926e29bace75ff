import { FormatError } from '../error.ts'
import { readDer, type DerValue } from './der.ts'
import type { Extension } from './extensions.ts'
import { expectTag, Fields, smallInteger } from './fields.ts'
import * as Tag from './tag.ts'
import { readOid } from './oid.ts'

export const sgxExtensionOid = '1.2.840.113741.1.13.1'

/** What a PCK certificate says about its platform (Intel SGX PCK Certificate and CRL Profile Specification, §1.3.5). */
export interface SgxExtension {
  /** 16 bytes. */
  readonly ppid: Uint8Array
  /** 16 security version numbers, 0…255. These decide. */
  readonly components: readonly number[]
  readonly pceSvn: number
  /** 16 bytes: the components once more. */
  readonly cpuSvn: Uint8Array
  /** 2 bytes. */
  readonly pceId: Uint8Array
  /** 6 bytes. */
  readonly fmspc: Uint8Array
  /** 0: standard, 1: scalable, 2: scalable with integrity. */
  readonly sgxType: number
  /** 16 bytes; the Platform CA alone gives it. */
  readonly platformInstance: Uint8Array | undefined
  /** The Platform CA alone gives it. */
  readonly configuration: Configuration | undefined
}

/** How a platform of several packages is set up; a member that is missing was not said. */
export interface Configuration {
  readonly dynamicPlatform?: boolean
  readonly cachedKeys?: boolean
  readonly smtEnabled?: boolean
}

const what = 'the SGX extension'

/**
 * Entries may stand in any order, each once.
 *
 * @throws FormatError unless it is there, and whole
 */
export function readSgxExtension(extensions: readonly Extension[]): SgxExtension {
  const extension = extensions.find(({ oid }) => oid === sgxExtensionOid)
  if (extension === undefined) throw new FormatError(`${what} is missing`)
  const entries = readEntries(readDer(extension.value), [], 7)
  const instance = entries.get(6)
  const configuration = entries.get(7)
  if ((instance === undefined) !== (configuration === undefined))
    throw new FormatError(`${what}: half of the Platform CA`)
  return {
    ppid: octets(need(entries, 1), 16),
    pceId: octets(need(entries, 3), 2),
    fmspc: octets(need(entries, 4), 6),
    sgxType: number(expectTag(need(entries, 5), Tag.enumerated, what), 2),
    platformInstance: instance === undefined ? undefined : octets(instance, 16),
    configuration: configuration === undefined ? undefined : readConfiguration(configuration),
    ...readTcb(need(entries, 2)),
  }
}

/** Content of `sgxExtensionOid` as an OBJECT IDENTIFIER. */
const prefix: readonly number[] = [0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x01, 0x0d, 0x01]

/** SEQUENCE OF SEQUENCE { OID, value }, the OIDs directly below `arcs` of the extension, numbered 1 to `most`, each at most once. */
function readEntries(value: DerValue, arcs: readonly number[], most: number): ReadonlyMap<number, DerValue> {
  const parent = [...prefix, ...arcs]
  const entries = new Map<number, DerValue>()
  for (const child of expectTag(value, Tag.sequence, what).children) {
    const fields = new Fields(child, what)
    const oid = fields.take(Tag.oid)
    const { within, contentStart, end } = oid
    const isBelow = parent.every((byte, index) => within[contentStart + index] === byte)
    // One arc of one byte, which is the last.
    const number = isBelow && end - contentStart === parent.length + 1 ? (within[end - 1] ?? 0) : 0
    const wrong = number < 1 || number > most ? 'is not known' : entries.has(number) && 'stands there twice'
    if (wrong) throw new FormatError(`${what}: ${readOid(oid, what)} ${wrong}`)
    entries.set(number, fields.takeAny())
    fields.end()
  }
  return entries
}

function readTcb(value: DerValue): Pick<SgxExtension, 'components' | 'pceSvn' | 'cpuSvn'> {
  const entries = readEntries(value, [2], 18)
  const svn = (entry: number, most: number): number => number(expectTag(need(entries, entry), Tag.integer, what), most)
  return {
    components: Array.from({ length: 16 }, (_, index) => svn(index + 1, 255)),
    pceSvn: svn(17, 65_535),
    cpuSvn: octets(need(entries, 18), 16),
  }
}

function readConfiguration(value: DerValue): Configuration {
  const entries = readEntries(value, [7], 3)
  const flag = (entry: number): boolean | undefined => {
    const value = entries.get(entry)
    return value === undefined ? undefined : expectTag(value, Tag.boolean, what).content[0] !== 0
  }
  const flags = { dynamicPlatform: flag(1), cachedKeys: flag(2), smtEnabled: flag(3) }
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined))
}

/** 02 01 FF is −1 and not 255. */
function number(value: DerValue, most: number): number {
  try {
    return smallInteger(value, what, most)
  } catch (error) {
    throw new FormatError(error instanceof FormatError ? error.message : what, 'number')
  }
}

function octets(value: DerValue, length: number): Uint8Array {
  if (expectTag(value, Tag.octetString, what).content.length !== length)
    throw new FormatError(`${what}: a value of another size`)
  return value.content
}

function need(entries: ReadonlyMap<number, DerValue>, entry: number): DerValue {
  const value = entries.get(entry)
  if (value === undefined) throw new FormatError(`${what}: entry ${entry} is missing`)
  return value
}
