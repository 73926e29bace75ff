import { VerifiedEnclave } from '@mse/attest'
import { createHash } from 'node:crypto'
import { MseError } from '../error.ts'
import type { OwnerKeys } from '../owner/keys.ts'
import { encryptBytes } from '../package/age/encrypt-bytes.ts'
import type { CodeKey } from '../package/age/code-key.ts'
import { canonicalJson } from '../package/canonical-json.ts'
import { payloadTypes, signEnvelope } from '../package/dsse.ts'
import type { OwnCertificate } from './own-certificate.ts'

/** What the owner gives to an enclave. */
export interface Secrets {
  /** Content of secrets.json, or undefined. */
  readonly secrets: Uint8Array | undefined
  /** Content of secrets_to_seal.json, or undefined. */
  readonly sealed: Uint8Array | undefined
  /** The certificate to show in place of the one with the quote. */
  readonly certificate?: OwnCertificate | undefined
}

export interface BundleInputs extends Secrets {
  readonly owner: OwnerKeys
  readonly codeKey: CodeKey
  readonly now: Date
  /** Whether secrets.json travels inside, or beside the bundle through the operator, who can then read it. */
  readonly secretsInside: boolean
  /** PEM of the chain to show, with its key if that is imported; undefined: the certificate with the quote is shown. */
  readonly tls?: Uint8Array | undefined
}

/** Seconds that a bundle is good for. */
export const bundleLifetime: number = 24 * 3600

/** Bytes of a bundle at most (spec/5-provision.md). */
export const bundleLimit: number = 2 << 20

/**
 * The bundle for one verified enclave: signed by the owner, sealed to the key of this very launch, bound to its fingerprint
 * and REPORTDATA (spec/5-provision.md). An age file.
 *
 * @throws MseError `provision/not-verified`, `provision/oversized`
 */
export function sealBundle(enclave: VerifiedEnclave, inputs: BundleInputs): Buffer {
  requireVerified(enclave, inputs.now)
  const issued = Math.floor(inputs.now.getTime() / 1000)
  const payload = canonicalJson({
    schema: 'mse-bundle/1',
    fingerprint: enclave.measurement,
    report_data: Buffer.from(enclave.reportData).toString('hex'),
    issued,
    expires: issued + bundleLifetime,
    code_key: Buffer.from(inputs.codeKey.secret).toString('base64'),
    sealed_secrets: base64(inputs.sealed),
    secrets: inputs.secretsInside ? base64(inputs.secrets) : null,
    secrets_sha256: inputs.secrets === undefined ? null : createHash('sha256').update(inputs.secrets).digest('hex'),
    tls: base64(inputs.tls),
  })
  const envelope = signEnvelope(payloadTypes.bundle, Buffer.from(payload), inputs.owner.signing)
  const bundle = encryptBytes(Buffer.from(envelope), enclave.sealingKey)
  if (bundle.length <= bundleLimit) return bundle
  throw new MseError('provision/oversized', 'the secrets are too large for a bundle', {
    expected: `at most ${bundleLimit} bytes, encoded`,
    found: `${bundle.length} bytes`,
    next: 'Put large files where the application can fetch them, and the key to them into the secrets.',
  })
}

/** What types promise, asked again at run time: only the verifier makes a VerifiedEnclave, and it is good for a while only. */
export function requireVerified(enclave: VerifiedEnclave, now: Date): void {
  if (!VerifiedEnclave.isVerified(enclave)) {
    throw new MseError('provision/not-verified', 'secrets go to an enclave that was verified, and to nothing else')
  }
  if (!(now <= enclave.validUntil)) {
    throw new MseError('provision/not-verified', 'the verdict on this enclave has lapsed', {
      expected: `before ${enclave.validUntil.toISOString()}`,
      found: Number.isNaN(now.getTime()) ? 'no time' : now.toISOString(),
      next: 'Verify it again.',
    })
  }
}

function base64(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : Buffer.from(bytes).toString('base64')
}
