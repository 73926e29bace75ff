import { expandManifest, type ExpansionOptions } from '@mse/core/platform/sgx/manifest/expand-manifest'
import { readManifest } from '@mse/core/platform/sgx/manifest/read-manifest'
import { readLoader, type Loader } from '@mse/core/platform/sgx/measure/loader'
import { measureEnclave, type MeasuredEnclave } from '@mse/core/platform/sgx/measure/measure-enclave'
import { enclaveSettings } from '@mse/core/platform/sgx/measure/settings'
import { sigstructBody } from '@mse/core/platform/sgx/sigstruct/body'
import { readSigstruct } from '@mse/core/platform/sgx/sigstruct/read-sigstruct'
import { signSigstruct } from '@mse/core/platform/sgx/sigstruct/sign-sigstruct'
import { signerFromPem } from '@mse/core/platform/sgx/sigstruct/signing-key'
import { readFileSync } from 'node:fs'
import type { SigstructFields } from './case.ts'

export interface SigningInput {
  readonly manifest: Uint8Array
  readonly options: ExpansionOptions
  /** Paths. */
  readonly libpal: string
  readonly key: string
  readonly passphrase?: string
  readonly date: string
}

export interface Signed extends MeasuredEnclave {
  readonly manifest: string
  readonly loader: Loader
  readonly sigstruct: Buffer
}

/** All that `gramine-sgx-sign` does. */
export async function signManifest({
  manifest,
  options,
  libpal,
  key,
  passphrase,
  date,
}: SigningInput): Promise<Signed> {
  const expanded = await expandManifest(manifest, options)
  const bytes = Buffer.from(expanded)
  const document = readManifest(bytes)
  const loader = readLoader(readFileSync(libpal))
  const measured = measureEnclave(bytes, enclaveSettings(document), loader)
  const body = sigstructBody(document, measured.mrenclave, date)
  const sigstruct = await signSigstruct(body, signerFromPem(readFileSync(key, 'utf8'), passphrase))
  return { manifest: expanded, loader, ...measured, sigstruct }
}

/** A SIGSTRUCT, verified, with its fields as the vectors name them. */
export function fieldsOf(sigstruct: Buffer): SigstructFields {
  const read = readSigstruct(sigstruct)
  const hex = (value: bigint | number): string => `0x${value.toString(16)}`
  return {
    mr_signer: read.mrsigner,
    mr_enclave: read.mrenclave,
    isv_prod_id: read.productId,
    isv_svn: read.securityVersion,
    attribute_flags: hex(read.flags),
    attribute_xfrms: hex(read.xfrm),
    misc_select: hex(read.misc),
    attribute_flags_mask: hex(read.flagsMask),
    attribute_xfrm_mask: hex(read.xfrmMask),
    misc_mask: hex(read.miscMask),
    date: read.date,
    debug_enclave: (read.flags & 2n) !== 0n,
  }
}
