import type { ExpansionOptions } from '@mse/core/platform/sgx/manifest/expand-manifest'
import { readLoader, type Loader } from '@mse/core/platform/sgx/measure/loader'
import { signEnclave, type SignedEnclave } from '@mse/core/platform/sgx/sign-enclave'
import { readSigstruct } from '@mse/core/platform/sgx/sigstruct/read-sigstruct'
import { signerFromPem } from '@mse/core/platform/sgx/sigstruct/signing-key'
import { readFileSync } from 'node:fs'
import type { SigstructFields } from './case.ts'

/** What the signer gets on its command line. */
export interface SigningInput {
  readonly manifest: Uint8Array
  readonly options: ExpansionOptions
  /** Paths. */
  readonly libpal: string
  readonly key: string
  readonly passphrase?: string
  readonly date: string
}

export interface Signed extends SignedEnclave {
  readonly loader: Loader
}

export async function signManifest(input: SigningInput): Promise<Signed> {
  const { manifest, options: expansion, libpal, key, passphrase, date } = input
  const loader = readLoader(readFileSync(libpal))
  const signer = signerFromPem(readFileSync(key, 'utf8'), passphrase)
  return { ...(await signEnclave({ manifest, expansion, loader, signer, date })), loader }
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
