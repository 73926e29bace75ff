import type { Policy } from '@mse/attest'
import type { Project } from '@mse/core/project/project'
import type { PlatformChoice } from '@mse/core/platform/platforms'
import type { Obtain } from '@mse/core/provision/own-certificate'
import type { Session } from '@mse/core/session'
import { urlOf } from '@mse/core/state/endpoint'
import { deployToOperator } from '@mse/operator/client/deploy-to-operator'
import { planOnOperator } from '@mse/operator/client/plan-on-operator'
import type { Context, Result } from '../command.ts'
import { readExpiry } from '../expiry.ts'
import { clientOf } from '../operator-argument.ts'
import { readableSize } from '../readable-size.ts'
import { curlLines, servingData, showTls, showVerdict } from '../show-proof.ts'
import { planText } from '../show-plan.ts'
import { requireTheirs } from './require-theirs.ts'

export interface ElsewhereOptions {
  readonly operator: string
  readonly platform: PlatformChoice
  readonly policies: readonly Policy[]
  readonly san: readonly string[]
  readonly expires: string | undefined
  readonly timeout: number
  readonly dryRun: boolean
  readonly port: number
  readonly host: string
  readonly obtain: Obtain | undefined
}

/** `mse deploy` to an operator service. */
export async function deployElsewhere(
  session: Session,
  project: Project,
  options: ElsewhereOptions,
  context: Context,
): Promise<Result> {
  requireTheirs(options)
  const { terminal, now } = context
  const client = await clientOf(options.operator, context)
  if (client === undefined) throw new TypeError('an operator was named')
  const expires = options.expires === undefined ? project.deploy.expires : readExpiry(options.expires, now())
  const { platform, policies, san, obtain } = options
  const names = san.length === 0 && project.tls.domain !== undefined ? [project.tls.domain] : san
  const wanted = { platform, policies, names, expires, timeout: options.timeout * 1000, obtain }
  if (options.dryRun) {
    const plan = await planOnOperator(session, client, project, wanted)
    return { text: planText(plan), data: plan }
  }
  const deployed = await deployToOperator(session, client, project, wanted)
  const { app, uploaded, unchanged } = deployed
  showVerdict(terminal, deployed.verdict)
  showTls(terminal, deployed.shown, project)
  if (unchanged) terminal.say('Nothing has changed since it was deployed; it serves on.')
  if (uploaded !== undefined) {
    terminal.say(`Sent ${readableSize(uploaded.sent)}; ${readableSize(uploaded.kept)} were there already.`)
  }
  const url = urlOf(app)
  terminal.say('')
  for (const line of curlLines(deployed, `${url}${app.healthcheck}`)) terminal.say(line)
  return { text: url, data: { ...servingData(deployed), unchanged, uploaded: uploaded ?? null } }
}
