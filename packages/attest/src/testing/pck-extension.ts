import { sgxExtensionOid } from '../x509/sgx-extension.ts'
import { extension } from './certificate-writer.ts'
import { boolean, der, octets, oid, sequence, small } from './der-writer.ts'

/**
 * The SGX extension of a PCK certificate, as the Platform CA issues it: all seven entries
 * (Intel SGX PCK Certificate and CRL Profile Specification, §1.3.5). Every security version is 0.
 *
 * @param identity 32 bytes that tell this platform from others: PPID and platform instance id
 */
export function pckExtension(identity: Uint8Array): Uint8Array<ArrayBuffer> {
  const components = Array.from({ length: 16 }, (_, index) => entry(`2.${index + 1}`, small(0)))
  const tcb = [...components, entry('2.17', small(0)), entry('2.18', octets(new Uint8Array(16)))]
  const configuration = [1, 2, 3].map((number) => entry(`7.${number}`, boolean(false)))
  return extension(
    sgxExtensionOid,
    sequence(
      entry('1', octets(identity.subarray(0, 16))),
      entry('2', sequence(...tcb)),
      entry('3', octets(new Uint8Array(2))),
      entry('4', octets(new Uint8Array(6))),
      entry('5', der(0x0a, Uint8Array.of(0))),
      entry('6', octets(identity.subarray(16, 32))),
      entry('7', sequence(...configuration)),
    ),
  )
}

function entry(below: string, value: Uint8Array): Uint8Array {
  return sequence(oid(`${sgxExtensionOid}.${below}`), value)
}
