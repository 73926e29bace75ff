import type { AppStatus } from '@mse/core/serve/app-status'
import { defineCommand, type Command, type Context } from '../command.ts'
import { clientOf, operatorArgument } from '../operator-argument.ts'
import { remoteStatus } from '../operator/remote-status.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse list', 'the applications of this machine'],
    ['mse list --json', 'the same for programs'],
  ],
  related: ['status', 'deploy', 'stop'],
  arguments: { operator: operatorArgument },
  async run(args, context) {
    const apps = await find(args.operator, context)
    if (apps.length === 0) context.terminal.say('There is no application yet: mse scaffold NAME, mse deploy')
    else {
      const rows = apps.map(({ name, state, platform, url }) => ({ name, state, platform, url }))
      context.terminal.table(rows, ['name', 'state', 'platform', 'url'])
    }
    return { data: { apps } }
  },
})

async function find(operator: string | undefined, context: Context): Promise<AppStatus[]> {
  const client = await clientOf(operator, context)
  if (client !== undefined) {
    const { apps } = await client.ask('list')
    return apps.map((view) => remoteStatus(client.login, view))
  }
  return (await import('../status-here.ts')).listHere(context)
}
