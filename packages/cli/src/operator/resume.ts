import { resumeApps, type Resumed } from '@mse/core/boot/resume-apps'
import { MseError } from '@mse/core/error'
import type { Context, Result } from '../command.ts'
import { startSession } from '../session.ts'

export async function resume({ timeout }: { readonly timeout: number }, context: Context): Promise<Result> {
  const applications = await resumeApps(await startSession(context), { timeout: timeout * 1000 })
  const failed = applications.filter((one) => one.outcome === 'failed')
  if (failed.length > 0) throw new NotResumed(applications, failed)
  const lines = applications.map(({ name, outcome }) => `${outcome}  ${name}`)
  return { ...(lines.length > 0 && { text: lines.join('\n') }), data: { applications } }
}

/** Carries what became of all of them. */
class NotResumed extends MseError {
  readonly problems: readonly MseError[]

  constructor(all: readonly Resumed[], failed: readonly Resumed[]) {
    super('state/not-resumed', `${failed.length} of ${all.length} applications could not be started again`, {
      found: failed.map((one) => one.name).join(', '),
      next: 'mse restart NAME',
    })
    this.problems = failed.flatMap((one) => one.error ?? [])
  }
}
