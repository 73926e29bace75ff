import { relative } from 'node:path'
import { scaffold } from '@mse/core/project/scaffold'
import { defineCommand, path, positional, text } from '../command.ts'
import type { Command } from '../command.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse scaffold helloworld', 'make the folder helloworld with a Flask application in it'],
    ['cd helloworld && mse deploy', 'start it in an enclave'],
  ],
  related: ['check', 'deploy'],
  arguments: {
    name: positional(text('name of the application and of its folder', { required: true })),
    in: path('the folder to make it in', { value: 'FOLDER', default: '.' }),
  },
  async run({ name, in: directory }, { terminal, cwd }) {
    const { root, files } = await scaffold(name, directory)
    const shown = relative(cwd, root)
    terminal.say(`Made ${files.length} files. Next: cd ${shown} && mse deploy`)
    return { data: { root, files }, text: shown }
  },
})
