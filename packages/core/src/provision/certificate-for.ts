import type { VerifiedEnclave } from '@mse/attest'
import type { Endpoint } from '../attest/channel.ts'
import { MseError } from '../error.ts'
import { fetchRequest } from './certificate-request.ts'
import { checkChain, type OwnCertificate } from './own-certificate.ts'

/**
 * What a verified enclave is to show in place of its own certificate: PEM. One that has to be asked for is asked for now, for the key
 * that was attested.
 *
 * @param shown key of the enclave's connections now, SubjectPublicKeyInfo in DER
 * @throws MseError `tls/*`, `serve/*`
 */
export async function certificateFor(
  certificate: OwnCertificate | undefined,
  enclave: VerifiedEnclave,
  endpoint: Endpoint,
  now: () => Date,
  shown: Uint8Array = enclave.tlsKey,
): Promise<Uint8Array | undefined> {
  if (certificate === undefined) return undefined
  if (certificate.kind === 'imported') return certificate.pem
  const obtain = requireObtainable(certificate)
  const request = await fetchRequest(enclave, endpoint, shown)
  return checkChain(await obtain(request), enclave.tlsKey, now())
}

/** @throws MseError `tls/certificate-needed` */
export function requireObtainable(
  certificate: OwnCertificate & { readonly kind: 'request' },
): NonNullable<typeof certificate.obtain> {
  if (certificate.obtain !== undefined) return certificate.obtain
  throw new MseError('tls/certificate-needed', 'tls = "request": an authority has to certify the key of the enclave', {
    expected: 'a command that reads a request (PKCS#10, PEM) and prints a chain (PEM)',
    next: '--certify COMMAND; or step by step: mse spawn, mse evidence NAME --request FILE, mse run --certificate FILE',
  })
}
