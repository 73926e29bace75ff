import { loadSource } from '@mse/core/project/load-project'
import { testApp } from '@mse/core/test/test-app'
import { defineCommand, path, positional, type Command } from '../command.ts'
import { startSession } from '../session.ts'
import { verdictData } from '../show-proof.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse test', 'verify the running application of this project, then run its tests_cmd against it'],
    ['mse test helloworld && echo good', 'tests that fail end with exit code 1'],
  ],
  related: ['deploy', 'status', 'logs'],
  arguments: { project: positional(path('the folder of mse.toml, or the file', { default: '.' })) },
  async run(args, context) {
    const { terminal } = context
    const [session, project] = await Promise.all([startSession(context), loadSource(args.project)])
    const { verdict, ...tested } = await testApp(session, project, (text) => terminal.chunk(text))
    return { data: { ...tested, evidence: undefined, verdict: verdictData(verdict) } }
  },
})
