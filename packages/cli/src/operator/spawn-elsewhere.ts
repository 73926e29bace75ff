import type { PlatformChoice } from '@mse/core/platform/platforms'
import type { Session } from '@mse/core/session'
import type { Source } from '@mse/core/spawn'
import { urlOf } from '@mse/core/state/endpoint'
import type { OperatorClient } from '@mse/operator/client/operator-client'
import { spawnOnOperator } from '@mse/operator/client/spawn-on-operator'
import type { Context, Result } from '../command.ts'
import { argument } from '../shell-word.ts'
import { untilStarted } from '../until-started.ts'
import { remoteStatus } from './remote-status.ts'
import { requireTheirs } from './require-theirs.ts'

export interface SpawnArguments {
  readonly platform: PlatformChoice
  readonly san: readonly string[]
  readonly expires: Date | undefined
  readonly port: number
  readonly host: string
  readonly noWait: boolean
  /** Seconds. */
  readonly timeout: number
}

/** `mse spawn` on an operator service. */
export async function spawnElsewhere(
  session: Session,
  client: OperatorClient,
  source: Source,
  args: SpawnArguments,
  { terminal }: Context,
): Promise<Result> {
  requireTheirs(args)
  const { platform, san: names, expires, noWait } = args
  const wanted = { platform, names, expires, unattended: noWait }
  const { app, handedOver } = await spawnOnOperator(session, client, source, wanted)
  if (handedOver && !noWait) {
    const ask = async () => ({ status: remoteStatus(client.login, await client.ask('status', { name: app.name })) })
    await untilStarted(ask, args.timeout * 1000, session.signal)
  }
  const url = urlOf(app)
  const there = `--operator ${client.login.url}`
  const name = argument(app.name)
  const begin = noWait ? `${app.name} is being started: mse status ${name} --wait ${there}. Then it` : app.name
  terminal.say(`${begin} waits for its owner: mse run ${there}, or mse evidence ${name} ${there} (to hand over)`)
  const state = noWait ? 'launched' : 'waiting'
  return { text: url, data: { url, name: app.name, fingerprint: app.fingerprint, state } }
}
