import { deploy } from '@mse/core/deploy'
import { findPython } from '@mse/core/package/interpreter'
import { loadProject } from '@mse/core/project/load-project'
import { planDeployment } from '@mse/core/plan-deployment'
import { urlOf } from '@mse/core/state/endpoint'
import { certifyArgument, obtainWith } from '../certificate-arguments.ts'
import { collateralArguments } from '../collateral-arguments.ts'
import { defineCommand, flag, path, positional, type Command } from '../command.ts'
import { launchArguments, launchOptions, platformChoice } from '../launch-arguments.ts'
import { operatorArgument } from '../operator-argument.ts'
import { policyArgument, readPolicies } from '../policies.ts'
import { startSession } from '../session.ts'
import { planText } from '../show-plan.ts'
import { servingData, showTls, showUse, showVerdict } from '../show-proof.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse deploy', 'package, launch, verify, provision and serve the project in this folder'],
    ['url=$(mse deploy helloworld --port 8443)', 'the same, keeping the URL'],
  ],
  related: ['spawn', 'verify', 'run', 'status', 'stop'],
  arguments: {
    project: positional(path('the folder of mse.toml, or the file', { default: '.' })),
    ...launchArguments,
    operator: operatorArgument,
    certify: certifyArgument,
    policy: policyArgument,
    ...collateralArguments,
    dryRun: flag('print what would be measured, encrypted and sent, and to whom; start and send nothing'),
  },
  async run(args, context) {
    const { env, signal, terminal } = context
    const python = findPython(env, signal) // asked first: behind a shim, it is what takes longest before anything starts
    python.catch(() => undefined)
    const [session, project, policies] = await Promise.all([
      startSession(context, args),
      loadProject(args.project),
      readPolicies(args.policy),
    ])
    const operator = args.operator ?? project.deploy.operator
    if (operator !== undefined) {
      const { deployElsewhere } = await import('../operator/deploy-elsewhere.ts')
      const platform = platformChoice(args.platform, project)
      return deployElsewhere(
        session,
        project,
        { ...args, operator, platform, policies, obtain: obtainWith(args, context) },
        context,
      )
    }
    const options = {
      ...launchOptions(args, context.now(), project),
      platform: platformChoice(args.platform, project),
      policies,
      python,
      obtain: obtainWith(args, context),
    }
    if (args.dryRun) {
      const plan = await planDeployment(session, project, options)
      return { text: planText(plan), data: plan }
    }
    const deployed = await deploy(session, project, options)
    showVerdict(terminal, deployed.verdict)
    showTls(terminal, deployed.shown, project)
    if (deployed.unchanged) terminal.say('Nothing has changed since it was deployed; it serves on.')
    showUse(terminal, deployed)
    return { text: urlOf(deployed.app), data: { ...servingData(deployed), unchanged: deployed.unchanged } }
  },
})
