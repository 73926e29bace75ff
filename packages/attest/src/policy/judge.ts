import type { CheckCode } from '../checks/checks.ts'
import type { Ledger } from '../ledger.ts'
import { platforms, type Platform } from '../platform.ts'
import type { Facts } from '../facts.ts'
import type { Judged } from './judge-member.ts'
import { jsonName, membersOf } from './members.ts'
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
  const found: Readonly<Record<string, unknown>> = foundIn(facts)
  const asked: Readonly<Record<string, unknown>> = { ...policy }
  return Object.entries(membersOf(policy.platform) ?? {}).flatMap(([name, member]) => {
    const what = jsonName(name)
    const code = `policy/${what.replaceAll('_', '-')}` as CheckCode
    return member.judge?.(code, what, found[name], asked[name]) ?? []
  })
}

/** What is compared with each member, by the member's name. */
function foundIn(facts: Facts): Readonly<Record<string, unknown>> {
  const { tcb, machine, ...found } = facts
  if (tcb === undefined) return found
  return {
    ...found,
    ...machine,
    isvSvnMinimum: 'isvSvn' in found ? found.isvSvn : undefined,
    tcbStatuses: [tcb.status],
    advisories: tcb.advisories,
    tcbEvaluationNumberMinimum: tcb.evaluationNumber,
    tcbInfoVersions: [tcb.tcbInfoVersion],
    platformInstance: machine.platformInstance ?? 'none',
  }
}
