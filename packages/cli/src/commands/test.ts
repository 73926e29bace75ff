import { loadSource } from '@mse/core/project/load-project'
import { subjectHere, testApp, type Subject } from '@mse/core/test/test-app'
import { defineCommand, path, positional, type Command } from '../command.ts'
import { clientOf, operatorArgument } from '../operator-argument.ts'
import { policyArgument, readPolicies } from '../policies.ts'
import { startSession } from '../session.ts'
import { verdictData } from '../show-proof.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse test', 'verify the running application of this project, then run its tests_cmd against it'],
    ['mse test helloworld && echo good', 'tests that fail end with exit code 1'],
  ],
  related: ['deploy', 'status', 'logs'],
  arguments: {
    project: positional(path('the folder of mse.toml, or the file', { default: '.' })),
    operator: operatorArgument,
    policy: policyArgument,
  },
  async run(args, context) {
    const { terminal } = context
    const [session, project, policies] = await Promise.all([
      startSession(context),
      loadSource(args.project),
      readPolicies(args.policy),
    ])
    const client = await clientOf(args.operator ?? project.deploy.operator, context)
    const find = async (name: string): Promise<Subject> => {
      if (client === undefined) return { ...(await subjectHere(session, name)), policies }
      const { subjectElsewhere } = await import('@mse/operator/client/known-elsewhere')
      return { ...(await subjectElsewhere(session.folders, client, name)), policies }
    }
    const { verdict, ...tested } = await testApp(session, project, find, (text) => terminal.chunk(text))
    return { data: { ...tested, evidence: undefined, verdict: verdictData(verdict) } }
  },
})
