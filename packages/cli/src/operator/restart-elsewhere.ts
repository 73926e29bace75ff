import type { Policy } from '@mse/attest'
import { verifyApp } from '@mse/core/attest/verify-app'
import type { Session } from '@mse/core/session'
import { urlOf } from '@mse/core/state/endpoint'
import type { OperatorClient } from '@mse/operator/client/operator-client'
import { knownElsewhere } from '@mse/operator/client/known-elsewhere'
import { remoteApp, remoteHost } from '@mse/operator/client/remote-record'
import type { Context, Result } from '../command.ts'
import { servingData, showTls, showVerdict } from '../show-proof.ts'

export interface RestartOptions {
  readonly name: string
  readonly policies: readonly Policy[]
}

/** Milliseconds that the service may take. */
const patience = 180_000

/** Has an application started again and, where it was deployed from here, verified from here. */
export async function restartElsewhere(
  session: Session,
  client: OperatorClient,
  { name, policies }: RestartOptions,
  { terminal }: Context,
): Promise<Result> {
  const { state, app: view } = await session.phase('restart', `start ${name} again`, () =>
    client.ask('restart', { name, timeout: patience }),
  )
  const app = remoteApp(view, remoteHost(client.login, view.host))
  const url = urlOf(app)
  const known = await knownElsewhere(session.folders, client, name)
  if (state === 'waiting') {
    terminal.say(`${name} keeps no keys (restart = "reprovision"): it waits for its owner, mse deploy`)
    return { text: url, data: { name, url, state } }
  }
  if (known === undefined) {
    terminal.warn('it was deployed from another machine; nothing was verified: mse verify URL --policy FILE')
    return { text: url, data: { name, url, state } }
  }
  const { folder, app: recorded } = known.onDisk
  const onDisk = { folder, app: { ...app, delivered: recorded.delivered } }
  const proof = await verifyApp(session, onDisk, known.policy, policies)
  showVerdict(terminal, proof.verdict)
  showTls(terminal, proof.shown)
  return { text: url, data: { ...servingData({ ...onDisk, ...proof }), state } }
}
