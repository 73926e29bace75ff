import { defineCommand, positional, text } from '../command.ts'
import type { Command } from '../command.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse scaffold helloworld', 'make the folder helloworld with an application in it'],
    ['cd helloworld && mse check', 'look at it'],
  ],
  related: ['check', 'deploy'],
  arguments: { name: positional(text('the name of the application and of its folder', { required: true })) },
  async run(args) {
    return { data: { name: args.name }, text: args.name }
  },
})
