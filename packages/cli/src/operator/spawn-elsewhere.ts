import type { PlatformChoice } from '@mse/core/platform/platforms'
import type { Session } from '@mse/core/session'
import type { Source } from '@mse/core/spawn'
import { urlOf } from '@mse/core/state/endpoint'
import type { OperatorClient } from '@mse/operator/client/operator-client'
import { spawnOnOperator } from '@mse/operator/client/spawn-on-operator'
import type { Context, Result } from '../command.ts'
import { argument } from '../shell-word.ts'
import { requireTheirs } from './require-theirs.ts'

export interface SpawnArguments {
  readonly platform: PlatformChoice
  readonly san: readonly string[]
  readonly expires: Date | undefined
  readonly port: number
  readonly host: string
  readonly noWait: boolean
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
  const { app } = await spawnOnOperator(session, client, source, { platform, names, expires, unattended: noWait })
  const url = urlOf(app)
  const there = `--operator ${client.login.url}`
  const name = argument(app.name)
  const begin = noWait ? `${app.name} is being started: mse status ${name} --wait ${there}. Then it` : app.name
  terminal.say(`${begin} waits for its owner: mse run ${there}, or mse evidence ${name} ${there} (to hand over)`)
  const state = noWait ? 'launched' : 'waiting'
  return { text: url, data: { url, name: app.name, fingerprint: app.fingerprint, state } }
}
