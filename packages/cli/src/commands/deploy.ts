import { deploy } from '@mse/core/deploy'
import { loadProject } from '@mse/core/project/load-project'
import { urlOf } from '@mse/core/state/endpoint'
import { collateralArguments } from '../collateral-arguments.ts'
import { defineCommand, path, positional, type Command } from '../command.ts'
import { launchArguments, launchOptions, platformChoice } from '../launch-arguments.ts'
import { policyArgument, readPolicies } from '../policies.ts'
import { startSession } from '../session.ts'
import { servingData, showUse, showVerdict } from '../show-proof.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse deploy', 'package, launch, verify, provision and serve the project in this folder'],
    ['url=$(mse deploy helloworld --port 8443)', 'the same, keeping the URL'],
  ],
  related: ['spawn', 'verify', 'run', 'status', 'stop'],
  arguments: {
    project: positional(path('the folder of mse.toml, or the file', { default: '.' })),
    ...launchArguments,
    policy: policyArgument,
    ...collateralArguments,
  },
  async run(args, context) {
    const { terminal } = context
    const [session, project, policies] = await Promise.all([
      startSession(context, args),
      loadProject(args.project),
      readPolicies(args.policy),
    ])
    const deployed = await deploy(session, project, {
      ...launchOptions(args),
      platform: platformChoice(args.platform, project),
      policies,
    })
    showVerdict(terminal, deployed.verdict)
    if (deployed.unchanged) terminal.say('Nothing has changed since it was deployed; it serves on.')
    showUse(terminal, deployed)
    return { text: urlOf(deployed.app), data: { ...servingData(deployed), unchanged: deployed.unchanged } }
  },
})
