import { ascii, toHex } from '../bytes.ts'
import { sha256 } from '../crypto.ts'
import type { Platform } from '../platform.ts'

/** The values accepted; accepting any is written out. */
export type Pin<T> = readonly T[] | 'any'

/** What a relying party demands (spec/4-evidence.md). Every member is present: to leave one out is an error, never "any". */
export interface Policy {
  readonly platform: Platform
  /** Hex SHA-256 of the SubjectPublicKeyInfo of each software root believed. */
  readonly softwareRoots: readonly string[]
  /** MRENCLAVE, 64 hex digits. */
  readonly measurement: Pin<string>
  /** MRSIGNER, 64 hex digits. */
  readonly signer: Pin<string>
  readonly debug: 'refused' | 'any'
}

export const schema = 'mse-policy/1'

/** Canonical JSON (spec/2-package.md) and a newline: what `parsePolicy` reads. */
export function formatPolicy(policy: Policy): string {
  return `${canonical(policy)}\n`
}

/** Hex SHA-256 of the canonical JSON, without the newline. */
export async function policyDigest(policy: Policy): Promise<string> {
  return toHex(await sha256(ascii(canonical(policy))))
}

/** The members in the order of canonical JSON; their values are words and hex digits, in which nothing is escaped. */
function canonical({ debug, measurement, platform, signer, softwareRoots }: Policy): string {
  return JSON.stringify({ debug, measurement, platform, schema, signer, software_roots: softwareRoots })
}
