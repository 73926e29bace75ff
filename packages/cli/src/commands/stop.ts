import { stopApp } from '@mse/core/stop/stop-app'
import { appArgument, appName } from '../app-name.ts'
import { defineCommand, flag, type Command } from '../command.ts'
import { startSession } from '../session.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse stop helloworld', 'end it and delete what it has stored; its log stays'],
    ['mse stop helloworld --remove', 'delete its log and its record, too'],
  ],
  related: ['status', 'logs', 'deploy'],
  arguments: { app: appArgument, remove: flag('delete the log and the record, too') },
  async run(args, context) {
    const session = await startSession(context)
    const name = await appName(args.app, context)
    const wasRunning = await stopApp(session, name, args.remove)
    context.terminal.say(wasRunning ? `${name} has stopped; what it stored is gone.` : `${name} was not running.`)
    return { data: { name, wasRunning, removed: args.remove } }
  },
})
