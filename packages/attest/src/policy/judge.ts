import type { Ledger } from '../ledger.ts'
import { platforms, type Platform } from '../platform.ts'
import type { Facts } from '../facts.ts'
import type { Judged } from './judge-member.ts'
import { checkOf, jsonName, membersOf } from './members.ts'
import type { Policy } from './policy.ts'

/**
 * Is it what was asked for? Comes after the question whether it is genuine. Every member is judged, so that the refusal
 * lists everything that differs.
 *
 * @throws PolicyMismatch with the code of the first member that differs
 */
export function judgePolicy(ledger: Ledger, facts: Facts, policy: Policy): void {
  requirePlatform(ledger, facts.platform, policy.platform)
  ledger.pass('policy/platform', platforms[facts.platform].title)
  ledger.requireAll(judgeMembers(facts, policy))
}

/** @throws PolicyMismatch `policy/platform` */
export function requirePlatform(ledger: Ledger, found: Platform, asked: Platform): void {
  if (found === asked) return
  throw ledger.refusal('policy/platform', {
    detail: `the evidence is of a ${platforms[found].title}, the policy asks for a ${platforms[asked].title}`,
    expected: asked,
    found,
  })
}

/** Every member that its platform's policy has is judged; one that nothing was found for accepts nothing. */
function judgeMembers(facts: Facts, policy: Policy): readonly Judged[] {
  const asked = policy as unknown as Readonly<Record<string, unknown>>
  const judged: Judged[] = []
  for (const [name, member] of Object.entries(membersOf(policy.platform) ?? {})) {
    const one = member.judge?.(checkOf(name), jsonName(name), foundIn(facts, name), asked[name])
    if (one !== undefined) judged.push(one)
  }
  return judged
}

/** What is compared with a member: what the evidence says under its name, or what its name stands for. */
function foundIn(facts: Facts, name: string): unknown {
  const { tcb, machine } = facts
  switch (name) {
    case 'isvSvnMinimum':
      return 'isvSvn' in facts ? facts.isvSvn : undefined
    case 'tcbStatuses':
      return tcb && [tcb.status]
    case 'advisories':
      return tcb?.advisories
    case 'tcbEvaluationNumberMinimum':
      return tcb?.evaluationNumber
    case 'tcbInfoVersions':
      return tcb && [tcb.tcbInfoVersion]
    case 'fmspc':
    case 'ppid':
      return machine[name]
    case 'platformInstance':
      return machine.platformInstance ?? 'none'
    default:
      return (facts as unknown as Readonly<Record<string, unknown>>)[name]
  }
}
