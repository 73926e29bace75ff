import { stopApp } from '@mse/core/stop/stop-app'
import { appArgument } from '../app-name.ts'
import { defineCommand, flag, type Command } from '../command.ts'
import { findTarget, operatorArgument } from '../operator-argument.ts'
import { startSession } from '../session.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse stop helloworld', 'end it and delete what it has stored; its log stays'],
    ['mse stop helloworld --remove', 'delete its log and its record, too'],
  ],
  related: ['status', 'logs', 'deploy'],
  arguments: {
    app: appArgument,
    operator: operatorArgument,
    remove: flag('delete the log and the record, too'),
  },
  async run(args, context) {
    const { name, client } = await findTarget(args, context)
    const wasRunning =
      client === undefined
        ? await stopApp(await startSession(context), name, args.remove)
        : (await client.ask(args.remove ? 'remove' : 'stop', { name, timeout: 60_000 })).wasRunning
    context.terminal.say(wasRunning ? `${name} has stopped; what it stored is gone.` : `${name} was not running.`)
    return { data: { name, wasRunning, removed: args.remove } }
  },
})
