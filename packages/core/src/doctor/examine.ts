import { autoPlatform, needs, type Readiness } from '../platform/platforms.ts'
import { diagnoseClock } from './clock.ts'
import { diagnoseCollateral, type Reached } from './collateral.ts'
import type { Diagnosis } from './diagnosis.ts'
import { examineHost } from './host.ts'
import type { Machine } from './machine.ts'
import type { Question } from './question.ts'

export interface Examination {
  readonly platform: Readiness
  readonly checks: readonly Diagnosis[]
}

/**
 * Looks at everything that mse needs on this machine: what all platforms need, then each platform's own. What fails and only other
 * platforms need is `skipped`: it does not stand in the way.
 */
export async function examine(machine: Machine, question: Question = {}): Promise<Examination> {
  const platform = question.platform ?? autoPlatform()
  const required = new Set([platform, ...needs[platform].includes])
  const reached = await diagnoseCollateral(question, machine)
  const host = await examineHost(machine, question.port)
  const names = Object.keys(needs) as Readiness[]
  const own = await Promise.all(
    names.map(async (name) => {
      const found = await needs[name].diagnose(machine)
      return required.has(name) ? found : found.map((one) => asideFrom(platform, name, one))
    }),
  )
  const collateral = collateralFor(needs[platform].collateral, reached)
  return { platform, checks: [...host, collateral, await diagnoseClock(reached, machine), ...own.flat()] }
}

function asideFrom(chosen: Readiness, name: Readiness, one: Diagnosis): Diagnosis {
  if (one.outcome === 'ok' || one.outcome === 'skipped') return one
  const detail = `${one.detail}; --platform ${chosen} does without`
  return { ...one, outcome: 'skipped', detail, fix: `mse doctor --platform ${name}` }
}

/** Without hardware, collateral is for looking at the evidence of others. */
function collateralFor(needed: boolean, { diagnosis }: Reached): Diagnosis {
  return diagnosis.outcome === 'failed' && !needed ? { ...diagnosis, outcome: 'warning' } : diagnosis
}
