import { stopApp } from '@mse/core/stop/stop-app'
import { appArgument, appName } from '../app-name.ts'
import { defineCommand, type Command } from '../command.ts'
import { startSession } from '../session.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse remove helloworld', 'end it, and delete what it stored, its log and its record'],
    ['mse remove', 'the same for the project in this folder; the project stays'],
  ],
  related: ['stop', 'list', 'deploy'],
  arguments: { app: appArgument },
  async run(args, context) {
    const session = await startSession(context)
    const name = await appName(args.app, context)
    const wasRunning = await stopApp(session, name, true)
    context.terminal.say(`${name} is gone from this machine.`)
    return { data: { name, wasRunning, removed: true } }
  },
})
