import { MseError } from '@mse/core/error'
import { defineCommand, path, positional } from '../command.ts'
import type { Command } from '../command.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse check', 'check the project in this folder'],
    ['mse check helloworld --json', 'every problem, for programs'],
  ],
  related: ['scaffold', 'deploy'],
  arguments: {
    project: positional(path('the folder of mse.toml, or the file', { default: '.' })),
  },
  async run(args) {
    throw new MseError('project/not-found', `there is no mse.toml in ${args.project}`)
  },
})
