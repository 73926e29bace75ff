import type { AppStatus } from '@mse/core/serve/app-status'
import type { AppTls } from '@mse/core/serve/app-tls'
import { folders } from '@mse/core/state/paths'
import { certificateElsewhere } from '@mse/operator/client/certificate-elsewhere'
import { appArgument } from '../app-name.ts'
import { defineCommand, flag, integer, type Command, type Context } from '../command.ts'
import { findTarget, operatorArgument, type Target } from '../operator-argument.ts'
import { remoteStatus } from '../operator/remote-status.ts'
import { readableSize } from '../readable-size.ts'
import { untilStarted } from '../until-started.ts'
import { tlsWarnings } from '../tls-warnings.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse status helloworld', 'what it is doing, where, and what it uses'],
    ['mse status --wait --json', 'the same of the project in this folder once it answers, for programs'],
  ],
  related: ['list', 'logs', 'restart', 'stop'],
  arguments: {
    app: appArgument,
    operator: operatorArgument,
    wait: flag('wait until it answers, after mse spawn --no-wait; if it has failed, so does the command'),
    timeout: integer('seconds that --wait may take', { default: 60, minimum: 1, value: 'SECONDS' }),
  },
  async run(args, context) {
    const target = await findTarget(args, context)
    const { status, tls } = args.wait
      ? await untilStarted(() => find(target, context), args.timeout * 1000, context.signal)
      : await find(target, context)
    for (const warning of tls === undefined ? [] : tlsWarnings(tls)) context.terminal.warn(warning)
    const lines = Object.entries({ ...rows(status), ...tlsRows(tls) }).filter(
      (row): row is [string, string] => row[1] !== undefined,
    )
    const width = Math.max(...lines.map(([title]) => title.length))
    const text = lines.map(([title, value]) => `${title.padEnd(width)}  ${value}`).join('\n')
    return { text, data: { ...status, tls: tls?.tls, proxy: tls?.proxy } }
  },
})

interface Found {
  readonly status: AppStatus
  /** Undefined where its package is not here. */
  readonly tls: AppTls | undefined
}

async function find({ name, client }: Target, context: Context): Promise<Found> {
  if (client !== undefined) {
    const view = await client.ask('status', { name })
    const certificate = await certificateElsewhere(folders(context.env), client, view)
    return { status: { ...remoteStatus(client.login, view), ...certificate }, tls: view.tls ?? undefined }
  }
  return (await import('../status-here.ts')).statusHere(name, context)
}

/** What is not as it is by itself. */
function tlsRows(tls: AppTls | undefined): Readonly<Record<string, string | undefined>> {
  if (tls === undefined) return {}
  return {
    tls: tls.tls === 'enclave' ? undefined : tls.tls,
    clients: tls.client_ca === null ? undefined : 'need a certificate',
    proxy: tls.proxy === 'none' ? undefined : tls.proxy,
  }
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
    'to come': status.successor && `${status.successor}, which is being started`,
    reason: failure && `${failure.message} (${failure.code})${failure.next === undefined ? '' : `; ${failure.next}`}`,
    'last deployment': failedDeployment && `failed: ${failedDeployment.message} (${failedDeployment.code})`,
  }
}
