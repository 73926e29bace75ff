import { folders } from '@mse/core/state/paths'
import { stopApp } from '@mse/core/stop/stop-app'
import { appArgument } from '../app-name.ts'
import { defineCommand, type Command } from '../command.ts'
import { findTarget, operatorArgument } from '../operator-argument.ts'
import { startSession } from '../session.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse remove helloworld', 'end it, and delete what it stored, its log and its record'],
    ['mse remove', 'the same for the project in this folder; the project stays'],
  ],
  related: ['stop', 'list', 'deploy'],
  arguments: { app: appArgument, operator: operatorArgument },
  async run(args, context) {
    const { name, client } = await findTarget(args, context)
    const wasRunning =
      client === undefined
        ? await stopApp(await startSession(context), name, true)
        : await (
            await import('@mse/operator/client/remove-elsewhere')
          ).removeElsewhere(folders(context.env), client, name)
    context.terminal.say(`${name} is gone from ${client === undefined ? 'this machine' : client.login.url}.`)
    return { data: { name, wasRunning, removed: true } }
  },
})
