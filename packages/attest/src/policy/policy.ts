import { ascii, toHex } from '../bytes.ts'
import { sha256 } from '../crypto.ts'
import { PolicyMismatch } from '../error.ts'
import type { TcbStatus } from '../tcb/status.ts'
import { jsonName, membersOf } from './members.ts'

/** The values accepted; accepting any is written out. */
export type Pin<T> = readonly T[] | 'any'

/** A bit pattern: the bits that stand in `mask` are as in `value`. Hex in memory order. */
export interface Pattern {
  readonly value: string
  readonly mask: string
}

/** What a relying party demands (spec/4-evidence.md). Every member is present: to leave one out is an error, never "any". */
export type Policy = SoftwarePolicy | SgxPolicy | TdxPolicy

/** Hex is lower-case throughout. */
export interface SoftwarePolicy {
  readonly platform: 'software'
  /** Hex SHA-256 of the SubjectPublicKeyInfo of each software root believed. */
  readonly softwareRoots: readonly string[]
  /** MRENCLAVE, 64 hex digits. */
  readonly measurement: Pin<string>
  /** MRSIGNER, 64 hex digits. */
  readonly signer: Pin<string>
  readonly debug: 'refused' | 'any'
}

/** What is asked of the platform below an enclave. */
interface HardwareDemands {
  readonly debug: 'refused' | 'any'
  /** What Intel may say of the platform. Revoked cannot be accepted. */
  readonly tcbStatuses: readonly TcbStatus[]
  /** The advisories of Intel, `INTEL-SA-…`, that may stand open. */
  readonly advisories: Pin<string>
  /** Of TCB info and QE identity: what is up to date under an old number may not be under a new one. */
  readonly tcbEvaluationNumberMinimum: number | 'any'
  /** 3; 2 for collateral of before 2023. */
  readonly tcbInfoVersions: readonly number[]
  /** 12 hex digits. */
  readonly fmspc: Pin<string>
  /** 32 hex digits. */
  readonly ppid: Pin<string>
  /** 32 hex digits. */
  readonly platformInstance: Pin<string>
}

export interface SgxPolicy extends HardwareDemands {
  readonly platform: 'sgx'
  /** MRENCLAVE, 64 hex digits. */
  readonly measurement: Pin<string>
  /** MRSIGNER, 64 hex digits. */
  readonly signer: Pin<string>
  readonly isvProdId: Pin<number>
  readonly isvSvnMinimum: number | 'any'
  /** FLAGS and XFRM, 32 hex digits. */
  readonly attributes: Pattern | 'any'
  /** CONFIGID, 128 hex digits. */
  readonly configId: Pin<string>
}

/** Registers are 96 hex digits. */
export interface TdxPolicy extends HardwareDemands {
  readonly platform: 'tdx'
  readonly mrtd: Pin<string>
  readonly rtmr0: Pin<string>
  readonly rtmr1: Pin<string>
  readonly rtmr2: Pin<string>
  readonly rtmr3: Pin<string>
  readonly mrseam: Pin<string>
  readonly mrsignerseam: Pin<string>
  readonly mrconfigid: Pin<string>
  readonly mrowner: Pin<string>
  readonly mrownerconfig: Pin<string>
  /** Zero if no service domain may migrate it. A report of before TDX 1.5 counts as zero. */
  readonly mrservicetd: Pin<string>
  /** 16 hex digits. */
  readonly tdAttributes: Pattern | 'any'
  /** 16 hex digits. */
  readonly xfam: Pattern | 'any'
}

export const schema = 'mse-policy/1'

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
