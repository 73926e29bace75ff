import type { AppStatus } from '@mse/core/serve/app-status'
import { appArgument } from '../app-name.ts'
import { defineCommand, type Command, type Context } from '../command.ts'
import { findTarget, operatorArgument, type Target } from '../operator-argument.ts'
import { remoteStatus } from '../operator/remote-status.ts'
import { readableSize } from '../readable-size.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse status helloworld', 'what it is doing, where, and what it uses'],
    ['mse status --json', 'the same of the project in this folder, for programs'],
  ],
  related: ['list', 'logs', 'restart', 'stop'],
  arguments: { app: appArgument, operator: operatorArgument },
  async run(args, context) {
    const status = await find(await findTarget(args, context), context)
    const lines = Object.entries(rows(status)).filter((row): row is [string, string] => row[1] !== undefined)
    const width = Math.max(...lines.map(([title]) => title.length))
    return { text: lines.map(([title, value]) => `${title.padEnd(width)}  ${value}`).join('\n'), data: status }
  },
})

async function find({ name, client }: Target, context: Context): Promise<AppStatus> {
  if (client !== undefined) return remoteStatus(client.login, await client.ask('status', { name }))
  return (await import('../status-here.ts')).statusHere(name, context)
}

function rows(status: AppStatus): Readonly<Record<string, string | undefined>> {
  const { name, state, url, platform, fingerprint, instance, created, expires, certificate, metrics } = status
  const { failure, failedDeployment } = status
  const share = ({ used, limit }: { used: number; limit: number }): string =>
    `${readableSize(used)} of ${readableSize(limit)}`
  return {
    name,
    state,
    url,
    platform,
    fingerprint,
    instance,
    created,
    expires,
    certificate,
    'certificate ends': status.certificateExpires,
    memory: metrics && share(metrics.memory),
    storage: metrics && share(metrics.storage),
    processor: metrics && `${metrics.cpu.toFixed(1)} s in ${metrics.uptime} s`,
    requests: metrics && (metrics.requests === null ? undefined : String(metrics.requests)),
    restarts: metrics && String(metrics.restarts),
    reason: failure && `${failure.message} (${failure.code})${failure.next === undefined ? '' : `; ${failure.next}`}`,
    'last deployment': failedDeployment && `failed: ${failedDeployment.message} (${failedDeployment.code})`,
  }
}
