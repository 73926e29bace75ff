import { sgxExtensionOid } from '../x509/sgx-extension.ts'
import { extension } from './certificate-writer.ts'
import { boolean, der, octets, oid, sequence, small } from './der-writer.ts'

/** What a PCK certificate says of its platform. */
export interface PckFields {
  /** 16 security version numbers; zero if not given. */
  readonly components?: readonly number[]
  readonly pceSvn?: number
  /** 16 bytes; the components if not given. */
  readonly cpuSvn?: Uint8Array
  /** 2 bytes. */
  readonly pceId?: Uint8Array
  /** 6 bytes. */
  readonly fmspc?: Uint8Array
  /** As the Processor CA issues it: without platform instance and configuration. */
  readonly short?: boolean
}

/**
 * The SGX extension of a PCK certificate, as the Platform CA issues it: all seven entries
 * (Intel SGX PCK Certificate and CRL Profile Specification, §1.3.5). What is not given is zero.
 *
 * @param identity 32 bytes that tell this platform from others: PPID and platform instance id
 */
export function pckExtension(identity: Uint8Array, fields: PckFields = {}): Uint8Array<ArrayBuffer> {
  const svns = fields.components ?? Array.from({ length: 16 }, () => 0)
  const components = svns.map((svn, index) => entry(`2.${index + 1}`, small(svn)))
  const cpuSvn = entry('2.18', octets(fields.cpuSvn ?? Uint8Array.from(svns)))
  const tcb = [...components, entry('2.17', small(fields.pceSvn ?? 0)), cpuSvn]
  const configuration = [1, 2, 3].map((number) => entry(`7.${number}`, boolean(false)))
  const instance = [entry('6', octets(identity.subarray(16, 32))), entry('7', sequence(...configuration))]
  return extension(
    sgxExtensionOid,
    sequence(
      entry('1', octets(identity.subarray(0, 16))),
      entry('2', sequence(...tcb)),
      entry('3', octets(fields.pceId ?? new Uint8Array(2))),
      entry('4', octets(fields.fmspc ?? new Uint8Array(6))),
      entry('5', der(0x0a, Uint8Array.of(0))),
      ...(fields.short === true ? [] : instance),
    ),
  )
}

function entry(below: string, value: Uint8Array): Uint8Array {
  return sequence(oid(`${sgxExtensionOid}.${below}`), value)
}
