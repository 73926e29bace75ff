import { appStatus } from '@mse/core/serve/app-status'
import { findApp } from '@mse/core/state/app'
import { appArgument, appName } from '../app-name.ts'
import { defineCommand, type Command } from '../command.ts'
import { startSession } from '../session.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse status helloworld', 'what it is doing, and where'],
    ['mse status --json', 'the same of the project in this folder, for programs'],
  ],
  related: ['list', 'logs', 'stop'],
  arguments: { app: appArgument },
  async run(args, context) {
    const { folders } = await startSession(context)
    const status = await appStatus(folders, await findApp(folders, await appName(args.app, context)))
    const { failure, ...facts } = status
    const lines = Object.entries(facts).filter(([, value]) => value !== undefined)
    const width = Math.max(...lines.map(([key]) => key.length))
    const text = lines.map(([key, value]) => `${key.padEnd(width)}  ${value}`)
    if (failure !== undefined) text.push(`${'reason'.padEnd(width)}  ${failure.message} (${failure.code})`)
    return { text: text.join('\n'), data: status }
  },
})
