import { ascii, concat } from './bytes.ts'
import { sha256 } from './crypto.ts'

/**
 * What an enclave's own quote is over (spec/4-evidence.md, "Key and quote").
 *
 * @param bound what the scheme binds: of ours the TLS key, 0x04 ‖ X ‖ Y, 65 bytes
 * @param rest of ours the X25519 public key to seal to, 32 bytes
 * @returns 64 bytes
 */
export async function evidenceReportData(bound: Uint8Array, rest: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return concat(await sha256(bound), rest)
}

/**
 * What a quote that answers a nonce is over (spec/4-evidence.md, "Freshness").
 *
 * @param nonce 16 to 64 bytes
 * @param point the TLS key as its certificate has it in subjectPublicKey: 0x04 ‖ X ‖ Y
 * @returns 64 bytes
 */
export async function freshReportData(nonce: Uint8Array, point: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return concat(await sha256(ascii('mse nonce v1'), Uint8Array.of(0), nonce), await sha256(point))
}
