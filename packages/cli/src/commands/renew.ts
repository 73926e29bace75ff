import { MseError } from '@mse/core/error'
import { loadProject } from '@mse/core/project/load-project'
import type { Project } from '@mse/core/project/project'
import { beginRenewal, finishRenewal } from '@mse/core/serve/renew-app'
import type { Renewed, RenewOptions } from '@mse/core/serve/renewal'
import type { Session } from '@mse/core/session'
import { urlOf } from '@mse/core/state/endpoint'
import type { OperatorClient } from '@mse/operator/client/operator-client'
import { certifyArgument, obtainWith } from '../certificate-arguments.ts'
import { defineCommand, flag, integer, path, positional, text, type Command } from '../command.ts'
import { clientOf, operatorArgument } from '../operator-argument.ts'
import { policyArgument, readPolicies } from '../policies.ts'
import { startSession } from '../session.ts'
import { servingData, showTls, showUse, showVerdict } from '../show-proof.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse renew', 'start it again and publish the certificate that is to come, beside the one that is there'],
    ['mse renew --finish', 'exchange key and certificate for those that were published; storage stays'],
  ],
  related: ['status', 'verify', 'restart', 'deploy'],
  arguments: {
    project: positional(path('the folder of mse.toml, or the file', { default: '.' })),
    app: text('begin for an application by its name, without its project', { value: 'NAME' }),
    operator: operatorArgument,
    finish: flag('exchange them now: clients that pin certificates have got both'),
    days: integer('days that the certificate to come is good for', { default: 365, minimum: 1, maximum: 3650 }),
    certify: certifyArgument,
    policy: policyArgument,
    timeout: integer('seconds that each step may take', { default: 60, minimum: 1, value: 'SECONDS' }),
  },
  async run(args, context) {
    const { terminal, now } = context
    const session = await startSession(context)
    if (args.app !== undefined && args.finish) {
      throw new MseError('usage/conflict', 'a bundle of its owner finishes the renewal of an application by its name', {
        next: 'mse evidence NAME --successor, mse seal, mse run NAME --bundle FILE',
      })
    }
    const project = args.app === undefined ? await loadProject(args.project) : undefined
    const options = {
      timeout: args.timeout * 1000,
      policies: await readPolicies(args.policy),
      until: new Date(now().getTime() + args.days * 86_400_000),
      obtain: obtainWith(args, context),
    }
    const client = await clientOf(args.operator ?? project?.deploy.operator, context)
    const { begin, finish } = client === undefined ? here(session) : await elsewhere(session, client)
    const renewed =
      args.finish && project !== undefined
        ? await finish(project, options)
        : await begin(args.app ?? (project as Project).name, options)
    showVerdict(terminal, renewed.verdict)
    showTls(terminal, renewed.shown, project)
    const url = urlOf(renewed.app)
    if (args.finish) showUse(terminal, renewed)
    else {
      terminal.say(`Both certificates are in ${renewed.certificateFile}`)
      terminal.say(
        `and at ${url}/.well-known/mse/certificates.pem. Once every client that pins one has both: mse renew --finish`,
      )
    }
    return { text: url, data: { ...servingData(renewed), finished: args.finish, ends: renewed.ends } }
  },
})

/** The two halves, where the application runs. */
interface Renewal {
  readonly begin: (name: string, options: RenewOptions) => Promise<Renewed>
  readonly finish: (project: Project, options: RenewOptions) => Promise<Renewed>
}

function here(session: Session): Renewal {
  return {
    begin: async (name, options) => beginRenewal(session, name, options),
    finish: async (project, options) => finishRenewal(session, project, options),
  }
}

async function elsewhere(session: Session, client: OperatorClient): Promise<Renewal> {
  const { beginRenewalOnOperator, finishRenewalOnOperator } = await import('@mse/operator/client/renew-on-operator')
  return {
    begin: async (name, options) => beginRenewalOnOperator(session, client, name, options),
    finish: async (project, options) => finishRenewalOnOperator(session, client, project, options),
  }
}
