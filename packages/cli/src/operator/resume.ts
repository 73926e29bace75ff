import { resumeApps, type Resumed } from '@mse/core/boot/resume-apps'
import { MseError } from '@mse/core/error'
import { resumeOwners } from '@mse/operator/owners/resume-owners'
import type { Context, Result } from '../command.ts'
import { startSession } from '../session.ts'

export async function resume({ timeout }: { readonly timeout: number }, context: Context): Promise<Result> {
  const session = await startSession(context)
  const options = { timeout: timeout * 1000 }
  const own = (await resumeApps(session, options)).map((one) => ({ ...one, owner: null }))
  const applications = [...own, ...(await resumeOwners(session, options))]
  const failed = applications.filter((one) => one.outcome === 'failed')
  if (failed.length > 0) throw new NotResumed(applications, failed)
  const lines = applications.map((one) => `${one.outcome}  ${shownName(one)}`)
  return { ...(lines.length > 0 && { text: lines.join('\n') }), data: { applications } }
}

type Found = Resumed & { readonly owner: string | null }

/** Those of a service's owners have their owner in front. */
function shownName({ owner, name }: Found): string {
  return owner === null ? name : `${owner}/${name}`
}

/** Carries what became of all of them. */
class NotResumed extends MseError {
  readonly problems: readonly MseError[]

  constructor(all: readonly Found[], failed: readonly Found[]) {
    super('state/not-resumed', `${failed.length} of ${all.length} applications could not be started again`, {
      found: failed.map(shownName).join(', '),
      next: 'mse restart NAME',
    })
    this.problems = failed.flatMap((one) => one.error ?? [])
  }
}
