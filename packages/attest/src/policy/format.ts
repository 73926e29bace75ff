import { ascii, toHex } from '../bytes.ts'
import { sha256 } from '../crypto.ts'
import { PolicyMismatch } from '../error.ts'
import { jsonName, membersOf } from './members.ts'
import { schema, type Policy } from './policy.ts'

/**
 * Canonical JSON (spec/2-package.md) and a newline: what `parsePolicy` reads.
 *
 * @throws PolicyMismatch `policy/malformed`: a member that its platform does not have
 */
export function formatPolicy(policy: Policy): string {
  return `${canonical(policy)}\n`
}

/** Hex SHA-256 of the canonical JSON, without the newline. @throws PolicyMismatch as `formatPolicy` */
export async function policyDigest(policy: Policy): Promise<string> {
  const digest = digests.get(policy) ?? toHex(await sha256(ascii(canonical(policy))))
  if (wasRead.has(policy)) digests.set(policy, digest)
  return digest
}

/** Policies that were read: whole, and frozen through and through. For `parsePolicy` to fill. */
export const wasRead: WeakSet<Policy> = new WeakSet()

/** Of policies that cannot change. */
const digests = new WeakMap<Policy, string>()

/** Names ascend; values are words, integers and hex digits, in which nothing is escaped. */
function canonical(policy: Policy): string {
  const values: Readonly<Record<string, unknown>> = { ...policy }
  const readers = membersOf(policy.platform)
  // To leave out what nobody knows would be to ignore a demand. Without a platform there is nothing to know.
  const unknown = readers && Object.keys(values).find((name) => name !== 'platform' && !Object.hasOwn(readers, name))
  if (unknown !== undefined)
    throw new PolicyMismatch('policy/malformed', `the policy is malformed: ${JSON.stringify(unknown)} is not known`)
  const members = Object.keys(readers ?? {}).map((name) => [jsonName(name), ordered(values[name])] as const)
  const all = [...members, ['platform', policy.platform], ['schema', schema]] as const
  return JSON.stringify(Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : 1))))
}

function ordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
