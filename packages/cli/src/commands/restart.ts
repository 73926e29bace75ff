import { restartApp } from '@mse/core/serve/restart-app'
import { urlOf } from '@mse/core/state/endpoint'
import { appArgument } from '../app-name.ts'
import { defineCommand, integer, type Command } from '../command.ts'
import { findTarget, operatorArgument } from '../operator-argument.ts'
import { policyArgument, readPolicies } from '../policies.ts'
import { startSession } from '../session.ts'
import { servingData, showTls, showVerdict } from '../show-proof.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse restart helloworld', 'end it and start it again: same certificate, same storage, no new provisioning'],
    ['mse restart', 'the same for the project in this folder, also after a crash or a restart of the machine'],
  ],
  related: ['status', 'deploy', 'stop'],
  arguments: {
    app: appArgument,
    operator: operatorArgument,
    policy: policyArgument,
    timeout: integer('seconds that each step may take', { default: 60, minimum: 1, value: 'SECONDS' }),
  },
  async run(args, context) {
    const { terminal } = context
    const session = await startSession(context)
    const options = { timeout: args.timeout * 1000, policies: await readPolicies(args.policy) }
    const { name, client } = await findTarget(args, context)
    if (client !== undefined) {
      const { restartElsewhere } = await import('../operator/restart-elsewhere.ts')
      return restartElsewhere(session, client, { name, policies: options.policies }, context)
    }
    const { state, proof, ...onDisk } = await restartApp(session, name, options)
    const url = urlOf(onDisk.app)
    if (proof === undefined) {
      terminal.say(`${onDisk.app.name} keeps no keys (restart = "reprovision"): it waits for its owner, mse run`)
      return { text: url, data: { name: onDisk.app.name, url, state } }
    }
    showVerdict(terminal, proof.verdict)
    showTls(terminal, proof.shown)
    return { text: url, data: { ...servingData({ ...onDisk, ...proof }), state } }
  },
})
