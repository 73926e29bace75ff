import { MseError } from '../error.ts'
import type { Fingerprint, IndexedPackage } from '../platform/platform.ts'
import { measurers } from '../platform/platforms.ts'
import type { Folders } from '../state/paths.ts'

/** The fingerprint of one kind of enclave of a package. */
export interface NamedFingerprint extends Fingerprint {
  /** `software`, `sgx`, `sgx-edmm`. */
  readonly kind: string
  /** What such an enclave finds that is measured nowhere, in words. */
  readonly unmeasured: readonly string[]
}

export interface Fingerprints {
  readonly found: readonly NamedFingerprint[]
  /** Kinds that this package has no fingerprint for, with the reason. */
  readonly missing: readonly { readonly kind: string; readonly reason: MseError }[]
}

/** Kinds of enclaves that fingerprints are computed for. */
export const enclaveKinds = ['software', 'sgx', 'sgx-edmm'] as const

/**
 * What enclaves of a package measure: of one kind, or of all that there can be of it.
 *
 * @throws MseError why there is none, if one kind is asked for
 */
export async function fingerprintsOf(
  folders: Folders,
  packed: IndexedPackage,
  wanted: string | undefined,
): Promise<Fingerprints> {
  const found: NamedFingerprint[] = []
  const missing: { kind: string; reason: MseError }[] = []
  for (const kind of measurers(folders).flatMap(({ kinds }) => kinds)) {
    const { name, unmeasured } = kind
    if (wanted !== undefined && wanted !== name) continue
    try {
      found.push({ kind: name, unmeasured, ...(await kind.fingerprint(packed)) })
    } catch (error) {
      if (wanted !== undefined || !(error instanceof MseError)) throw error
      missing.push({ kind: name, reason: error })
    }
  }
  return { found, missing }
}
