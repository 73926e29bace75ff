import type { EnclaveIdentity } from '../collateral/enclave-identity.ts'
import type { LevelFacts, SvnLevel } from '../collateral/svn-level.ts'
import type { TcbInfo } from '../collateral/tcb-info.ts'
import type { Ledger } from '../ledger.ts'
import type { Body } from '../quote/quote.ts'
import type { SgxExtension } from '../x509/sgx-extension.ts'
import { converge, isOutOfDate, needsConfiguration } from './converge.ts'
import type { TcbFacts } from './facts.ts'
import { matchLevel, matchSvn, moduleVersion } from './match.ts'
import { identityOf, judgeModule, moduleId } from './module.ts'
import type { LevelStatus, PartStatus, TcbStatus } from './status.ts'

interface Given {
  readonly pck: SgxExtension
  readonly body: Body
  /** ISVSVN of the quoting enclave. */
  readonly qeIsvSvn: number
  readonly info: TcbInfo
  readonly identity: EnclaveIdentity
  /** When the first piece of the collateral has to be fetched again. */
  readonly nextUpdate: Date
}

/** One way to see a platform: with the version that the trust domain was launched on, or with the one that runs now. */
interface View {
  readonly status: LevelStatus
  readonly platform: LevelFacts<LevelStatus>
  readonly module: SvnLevel | undefined
}

/**
 * What Intel says of this platform today. Anything but Revoked is for the policy to accept.
 *
 * @throws AttestationError `tcb/…`, `quote/qe-level`
 */
export function evaluateTcb(ledger: Ledger, given: Given): TcbFacts {
  const { body, info, identity, qeIsvSvn } = given
  const qe = matchSvn(identity.levels, qeIsvSvn)
  if (qe === undefined) throw ledger.refusal('quote/qe-level', { found: `ISVSVN ${qeIsvSvn}` })
  ledger.pass('quote/qe-level', `${qe.status} since ISVSVN ${qe.isvSvn}`)
  if (body.tee === 'tdx') judgeModule(ledger, info, body)

  const launched = view(ledger, given, qe.status, body.tee === 'tdx' ? body.teeTcbSvn : undefined)
  const current = body.tee === 'tdx' ? body.teeTcbSvn2 : undefined
  const running = current === undefined ? launched : view(ledger, given, qe.status, current)
  ledger.pass('tcb/level', `${launched.platform.status} since ${launched.platform.date.toISOString().slice(0, 10)}`)
  if (launched.module !== undefined) ledger.pass('tcb/module-level', launched.module.status)

  const status = relaunchAdvised(launched.status, running.status)
  if (status === 'Revoked') throw ledger.refusal('tcb/revoked')
  ledger.pass('tcb/revoked', status)
  const parts = [launched.platform, qe, ...(launched.module === undefined ? [] : [launched.module])]
  return {
    status,
    date: new Date(Math.min(...parts.map(({ date }) => date.getTime()))),
    advisories: [...new Set(parts.flatMap(({ advisories }) => advisories))].sort(),
    platform: { status: launched.platform.status, date: new Date(launched.platform.date) },
    qe: { status: qe.status, date: new Date(qe.date) },
    module: body.tee === 'tdx' && launched.module !== undefined ? named(launched.module, body.teeTcbSvn) : undefined,
    tcbInfoVersion: info.version,
    evaluationNumber: Math.min(info.evaluationNumber, identity.evaluationNumber),
    nextUpdate: given.nextUpdate,
  }
}

function view(ledger: Ledger, { pck, info }: Given, qe: PartStatus, teeTcbSvn: Uint8Array | undefined): View {
  const platform = matchLevel(info.levels, pck, teeTcbSvn)
  if (platform === undefined) throw ledger.refusal('tcb/level')
  const module =
    teeTcbSvn === undefined || moduleVersion(teeTcbSvn) === 0 ? undefined : moduleLevel(ledger, info, teeTcbSvn)
  return { status: converge(platform.status, module === undefined ? [qe] : [qe, module.status]), platform, module }
}

function moduleLevel(ledger: Ledger, info: TcbInfo, teeTcbSvn: Uint8Array): SvnLevel {
  const identity = identityOf(info, teeTcbSvn)
  if (identity === undefined) throw ledger.refusal('tcb/module', { found: moduleId(teeTcbSvn) })
  const level = matchSvn(identity.levels, teeTcbSvn[0] ?? 0)
  if (level === undefined) throw ledger.refusal('tcb/module-level', { found: `SVN ${teeTcbSvn[0]} of ${identity.id}` })
  return level
}

/** A trust domain that was launched on an old version, on a platform that has a new one since: launching it again mends it. */
function relaunchAdvised(launched: LevelStatus, running: LevelStatus): TcbStatus | 'Revoked' {
  if (launched === 'Revoked' || running === 'Revoked') return 'Revoked'
  if (!isOutOfDate(launched) || isOutOfDate(running)) return launched
  const configuration = needsConfiguration(launched) || needsConfiguration(running)
  return configuration ? 'TDRelaunchAdvisedConfigurationNeeded' : 'TDRelaunchAdvised'
}

function named({ status, date }: SvnLevel, teeTcbSvn: Uint8Array): { id: string; status: PartStatus; date: Date } {
  return { id: moduleId(teeTcbSvn), status, date: new Date(date) }
}
