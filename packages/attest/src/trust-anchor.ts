import { equal, fromHex, toHex } from './bytes.ts'
import { importPoint, sha256, type PointKey } from './crypto.ts'
import { intelRoot } from './platform.ts'
import type { Certificate } from './x509/certificate.ts'

/** Key of the Intel SGX Root CA, 0x04 ‖ X ‖ Y, hex. `intelRoot` is its hash: a certificate has one encoding for a point of P-256. */
export const intelPoint: string =
  '040ba9c4c0c0c86193a3fe23d6b02cda10a8bbd4e88e48b4458561a36e705525f567918e2edc88e40d860bd0cc4ee26aacc988e505a953558c453f6b0904ae7394'

let intelKey: PointKey | undefined

/** The key of a root, and the hash by which it is pinned. Those of Intel's root are known, and its key is imported once. */
export function openRoot({ point, spki }: Certificate): {
  readonly key: PointKey
  /** Hex SHA-256 of the SubjectPublicKeyInfo. */
  readonly hash: Promise<string>
} {
  if (!equal(point, fromHex(intelPoint))) return { key: importPoint(point), hash: sha256(spki).then(toHex) }
  intelKey ??= importPoint(point)
  return { key: intelKey, hash: Promise.resolve(intelRoot) }
}
