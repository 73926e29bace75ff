import type { Table } from '../toml/value.ts'
import { readInteger } from '../measure/enclave-settings.ts'
import { enclaveAttributes } from './enclave-attributes.ts'
import { encodeDate } from './date.ts'

/** Bytes of a SIGSTRUCT (Intel SDM vol. 3D, "Enclave Signature Structure (SIGSTRUCT)"). */
export const SIGSTRUCT_SIZE = 1808
/** What is signed: the first 128 bytes, and 128 from here. */
export const BODY_AT = 900

/** Fixed parts of the header, with the sizes of key and exponent in 32-bit words. */
export const HEADER: Buffer = Buffer.from('06000000e10000000000010000000000', 'hex')
export const HEADER_2: Buffer = Buffer.from('01010000600000006000000001000000', 'hex')

/**
 * Everything of a SIGSTRUCT but key and signature.
 *
 * @param manifest an expanded one
 * @param mrenclave 32 bytes
 * @param date `YYYY-MM-DD`; the same date gives the same bytes
 * @throws MseError `manifest/value`, `sigstruct/date`
 */
export function sigstructBody(manifest: Table, mrenclave: Uint8Array, date: string): Buffer {
  const sgx = manifest.get('sgx') as Table
  const attributes = enclaveAttributes(manifest)
  const sigstruct = Buffer.alloc(SIGSTRUCT_SIZE)
  HEADER.copy(sigstruct, 0)
  sigstruct.writeUInt32LE(encodeDate(date), 20)
  HEADER_2.copy(sigstruct, 24)
  sigstruct.writeUInt32LE(attributes.misc, BODY_AT)
  sigstruct.writeUInt32LE(attributes.miscMask, 904)
  sigstruct.writeBigUInt64LE(attributes.flags, 928)
  sigstruct.writeBigUInt64LE(attributes.xfrm, 936)
  sigstruct.writeBigUInt64LE(attributes.flagsMask, 944)
  sigstruct.writeBigUInt64LE(attributes.xfrmMask, 952)
  sigstruct.set(mrenclave, 960)
  sigstruct.writeUInt16LE(readInteger(sgx, 'isvprodid', 0xffff), 1024)
  sigstruct.writeUInt16LE(readInteger(sgx, 'isvsvn', 0xffff), 1026)
  return sigstruct
}

/** The 256 bytes of a SIGSTRUCT that are signed. */
export function toBeSigned(sigstruct: Uint8Array): Buffer {
  return Buffer.concat([sigstruct.subarray(0, 128), sigstruct.subarray(BODY_AT, BODY_AT + 128)])
}
