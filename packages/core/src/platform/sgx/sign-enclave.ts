import { expandManifest, type ExpansionOptions } from './manifest/expand-manifest.ts'
import { readManifest } from './manifest/read-manifest.ts'
import type { Loader } from './measure/loader.ts'
import { measureEnclave, type MeasuredEnclave } from './measure/measure-enclave.ts'
import { enclaveSettings } from './measure/enclave-settings.ts'
import { sigstructBody } from './sigstruct/sigstruct-body.ts'
import { signSigstruct, type Signer } from './sigstruct/sign-sigstruct.ts'

export interface SigningRequest {
  /** The manifest as it was written, or expanded already. */
  readonly manifest: Uint8Array
  readonly expansion: ExpansionOptions
  readonly loader: Loader
  readonly signer: Signer
  /** `YYYY-MM-DD`: of the signature, not of the measurement. */
  readonly date: string
}

export interface SignedEnclave extends MeasuredEnclave {
  /** The content of `.manifest.sgx`. */
  readonly manifest: string
  /** The content of `.sig`, 1808 bytes. */
  readonly sigstruct: Buffer
}

/**
 * All that `gramine-sgx-sign` does: expand, measure, sign; byte for byte what it would write.
 *
 * @throws MseError `manifest/*`, `enclave/size`, `sigstruct/date`, `signing/*`
 */
export async function signEnclave(request: SigningRequest): Promise<SignedEnclave> {
  const { expansion, loader, signer, date } = request
  const manifest = await expandManifest(request.manifest, expansion)
  const bytes = Buffer.from(manifest)
  const document = readManifest(bytes)
  const measured = measureEnclave(bytes, enclaveSettings(document), loader)
  const body = sigstructBody(document, measured.mrenclave, date)
  return { ...measured, manifest, sigstruct: await signSigstruct(body, signer) }
}
