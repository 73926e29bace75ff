import type { QuotingEnclave } from '@mse/attest/testing'
import type { SoftwareIdentity } from '../identity.ts'
import { keyDigest } from '../key-digest.ts'
import type { EnclaveReport } from './quoting-enclave.ts'

/** What the platform gives to one enclave. */
export interface EnclaveIdentity {
  readonly quotingEnclave: QuotingEnclave
  readonly report: EnclaveReport
  /** The platform's secret, 32 bytes. */
  readonly secret: Buffer
}

/**
 * @param owner the owner's raw Ed25519 key, hex
 * @param fingerprint of the package, hex
 * @param kind what quotes say of where the enclave lives
 */
export async function identityFor(
  { platform, secret }: SoftwareIdentity,
  owner: string,
  fingerprint: string,
  kind: number,
): Promise<EnclaveIdentity> {
  const report = {
    measurement: Uint8Array.from(Buffer.from(fingerprint, 'hex')),
    signer: Uint8Array.from(Buffer.from(keyDigest(owner), 'hex')),
    isvProdId: kind,
  }
  return { quotingEnclave: await platform.quotingEnclave(), report, secret }
}
