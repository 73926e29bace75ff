import { viewOf } from '../bytes.ts'

export const reportLength = 384

/** What an SGX enclave's report says (Intel SGX ECDSA QuoteGenReference, appendix A.4, table 5: report body, 384 bytes). */
export interface Report {
  readonly tee: 'sgx'
  /** 16 bytes. Often above what the PCK certificate was issued for; decides nothing. */
  readonly cpuSvn: Uint8Array
  /** 4 bytes. */
  readonly miscSelect: Uint8Array
  /** FLAGS, 8 bytes, then XFRM, 8 bytes. */
  readonly attributes: Uint8Array
  /** MRENCLAVE, 32 bytes. */
  readonly measurement: Uint8Array
  /** MRSIGNER, 32 bytes. */
  readonly signer: Uint8Array
  /** CONFIGID, 64 bytes. */
  readonly configId: Uint8Array
  readonly isvProdId: number
  readonly isvSvn: number
  /** Bit 1 of ATTRIBUTES.FLAGS: whoever runs the enclave can read its memory. */
  readonly debug: boolean
  /** REPORTDATA, 64 bytes. */
  readonly reportData: Uint8Array
}

/** Reads a report of exactly 384 bytes. */
export function readReport(bytes: Uint8Array): Report {
  const view = viewOf(bytes)
  return {
    tee: 'sgx',
    cpuSvn: bytes.subarray(0, 16),
    miscSelect: bytes.subarray(16, 20),
    attributes: bytes.subarray(48, 64),
    measurement: bytes.subarray(64, 96),
    signer: bytes.subarray(128, 160),
    configId: bytes.subarray(192, 256),
    isvProdId: view.getUint16(256, true),
    isvSvn: view.getUint16(258, true),
    debug: (view.getUint8(48) & 0x02) !== 0,
    reportData: bytes.subarray(320, 384),
  }
}
