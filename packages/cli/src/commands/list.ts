import { appStatus } from '@mse/core/serve/app-status'
import { listApps } from '@mse/core/state/app'
import { defineCommand, type Command } from '../command.ts'
import { startSession } from '../session.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse list', 'the applications of this machine'],
    ['mse list --json', 'the same for programs'],
  ],
  related: ['status', 'deploy', 'stop'],
  arguments: {},
  async run(_args, context) {
    const session = await startSession(context)
    const apps = await Promise.all((await listApps(session.folders)).map((one) => appStatus(session, one)))
    if (apps.length === 0) context.terminal.say('There is no application yet: mse scaffold NAME, mse deploy')
    else {
      const rows = apps.map(({ name, state, platform, url }) => ({ name, state, platform, url }))
      context.terminal.table(rows, ['name', 'state', 'platform', 'url'])
    }
    return { data: { apps } }
  },
})
