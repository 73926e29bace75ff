import { MseError } from '@mse/core/error'
import type { Session } from '@mse/core/session'
import { withLock } from '@mse/core/state/lock'
import { once } from 'node:events'
import { join } from 'node:path'
import { operatorFolders } from '../owners/operator-folders.ts'
import { createApp } from './create-app.ts'
import { listen } from './listener.ts'
import { Service } from './service.ts'
import { ordinaryLimits, type Limits, type OperatorSettings } from './settings.ts'
import { ownIdentity, pinOf, readIdentity } from './tls-identity.ts'

export interface ServeOptions {
  readonly settings: OperatorSettings
  readonly version: string
  readonly limits?: Limits
  /** Paths of a certificate of the operator's own and its key; undefined: one is made. */
  readonly identity: { readonly certificate: string; readonly key: string } | undefined
}

/** What owners have to know. */
export interface Serving {
  readonly port: number
  readonly pin: string
}

/** Milliseconds between sweeps, and between looks at who has not been asked for long. */
const sweepInterval = 600_000
const refreshInterval = 10_000

/**
 * Serves until the session's signal. What runs is not the service's: applications go on when it ends, and are there when it starts
 * again.
 *
 * @throws MseError `operator/running` when another one serves from the same folder, `operator/listen`
 */
export async function serveOperator(
  session: Session,
  { settings, version, limits = ordinaryLimits, identity }: ServeOptions,
  ready: (serving: Serving) => void,
): Promise<void> {
  const folders = operatorFolders(session.folders)
  await withLock(join(folders.root, 'serve.lock'), async () => {
    const tls =
      identity === undefined
        ? await ownIdentity(folders, settings.host ?? settings.address, session.now())
        : await readIdentity(identity)
    const service = new Service(session, { settings, limits, version })
    await service.sweep()
    await service.forgetWaiting()
    const listener = await listen(createApp(service), settings, tls, limits).catch(cannotListen)
    const often = setInterval(() => void service.board.refresh().catch(() => undefined), refreshInterval)
    const seldom = setInterval(() => void service.sweep().catch(() => undefined), sweepInterval)
    void service.board.refresh().catch(() => undefined)
    try {
      ready({ port: listener.port, pin: pinOf(tls) })
      if (!session.signal.aborted) await once(session.signal, 'abort')
    } finally {
      clearInterval(often)
      clearInterval(seldom)
      await service.close()
      await listener.close()
    }
  }).catch((error: unknown) => {
    if (!(error instanceof MseError) || error.code !== 'state/busy') throw error
    throw new MseError('operator/running', 'a service runs from this folder already', { found: folders.root })
  })
}

function cannotListen(cause: NodeJS.ErrnoException): never {
  throw new MseError('operator/listen', 'the service cannot listen there', {
    ...(cause.code === undefined ? {} : { found: cause.code }),
    cause,
    next: 'Choose another: --port NUMBER',
  })
}
