import type { CheckCode } from '../checks/checks.ts'
import type { Ledger } from '../ledger.ts'
import { platforms, type Platform } from '../platform.ts'
import type { Facts, SgxFacts, TdxFacts } from '../facts.ts'
import { judgeDebug, judgeList, judgeMinimum, judgePattern, judgePin, type Judged } from './judge-member.ts'
import type { Policy, SgxPolicy, SoftwarePolicy, TdxPolicy } from './policy.ts'

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

function judgeMembers(facts: Facts, policy: Policy): readonly Judged[] {
  if (policy.platform === 'tdx' && facts.platform === 'tdx')
    return [...judgeTd(facts, policy), ...judgeMachine(facts, policy)]
  if (policy.platform === 'sgx' && facts.platform === 'sgx') {
    return [...judgeEnclave(facts, policy), ...judgeSgx(facts, policy), ...judgeMachine(facts, policy)]
  }
  if (policy.platform === 'software' && facts.platform === 'software') return judgeEnclave(facts, policy)
  throw new TypeError('the platform has been judged before')
}

function judgeEnclave(facts: SgxFacts, policy: SoftwarePolicy | SgxPolicy): readonly Judged[] {
  return [
    judgeDebug(facts.debug, policy.debug),
    judgePin('policy/measurement', 'measurement', facts.measurement, policy.measurement),
    judgePin('policy/signer', 'signer', facts.signer, policy.signer),
  ]
}

function judgeSgx(facts: SgxFacts, policy: SgxPolicy): readonly Judged[] {
  return [
    judgePin('policy/isv-prod-id', 'ISVPRODID', facts.isvProdId, policy.isvProdId),
    judgeMinimum('policy/isv-svn-minimum', 'ISVSVN', facts.isvSvn, policy.isvSvnMinimum),
    judgePattern('policy/attributes', 'attributes', facts.attributes, policy.attributes),
    judgePin('policy/config-id', 'CONFIGID', facts.configId, policy.configId),
  ]
}

const registers = [
  'mrtd',
  'rtmr0',
  'rtmr1',
  'rtmr2',
  'rtmr3',
  'mrseam',
  'mrsignerseam',
  'mrconfigid',
  'mrowner',
  'mrownerconfig',
  'mrservicetd',
] as const

function judgeTd(facts: TdxFacts, policy: TdxPolicy): readonly Judged[] {
  return [
    judgeDebug(facts.debug, policy.debug),
    ...registers.map((name) => judgePin(`policy/${name}`, name.toUpperCase(), facts[name], policy[name])),
    judgePattern('policy/td-attributes', 'TD attributes', facts.tdAttributes, policy.tdAttributes),
    judgePattern('policy/xfam', 'XFAM', facts.xfam, policy.xfam),
  ]
}

function judgeMachine({ tcb, machine }: Facts, policy: SgxPolicy | TdxPolicy): readonly Judged[] {
  if (tcb === undefined) throw new TypeError('hardware without collateral has been refused before')
  const { platformInstance } = machine
  return [
    judgeList('policy/tcb-statuses', [tcb.status], policy.tcbStatuses),
    judgeList('policy/advisories', tcb.advisories, policy.advisories),
    judgeMinimum(
      'policy/tcb-evaluation-number-minimum',
      'TCB evaluation number',
      tcb.evaluationNumber,
      policy.tcbEvaluationNumberMinimum,
    ),
    judgeList('policy/tcb-info-versions', [tcb.tcbInfoVersion], policy.tcbInfoVersions),
    judgePin('policy/fmspc', 'FMSPC', machine.fmspc, policy.fmspc),
    judgePin('policy/ppid', 'PPID', machine.ppid, policy.ppid),
    judgePin('policy/platform-instance', 'platform instance', platformInstance ?? 'none', policy.platformInstance),
  ] satisfies readonly { readonly code: CheckCode }[]
}
