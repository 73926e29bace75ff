import { MseError } from '@mse/core/error'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import type { Route } from './find-route.ts'

/** Milliseconds for a connection within the machine. */
const patience = 5000

/**
 * Passes bytes on between a client and an application until both have said all, each at the speed of the slower one. Nothing is read: TLS
 * ends in the enclave.
 *
 * @param sent by the client already
 * @throws MseError `names/unreachable` before anything was passed on
 */
export async function forward(client: Socket, sent: Buffer, route: Route): Promise<void> {
  const application = await reach(client, route)
  application.write(sent)
  await Promise.all([pass(client, application), pass(application, client)])
}

/** The end of a socket that nobody reads can have been told already. */
async function pass(from: Socket, to: Socket): Promise<void> {
  if (from.readableEnded) to.end()
  else await pipeline(from, to)
}

/** Half of a connection can end before the other one (RFC 8446, §6.1). */
async function reach(client: Socket, { host, port }: Route): Promise<Socket> {
  const application = connect({
    host,
    port,
    allowHalfOpen: true,
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
    noDelay: true,
  })
  application.setTimeout(patience, () => application.destroy(new Error('timeout')))
  const abandon = (): void => void application.destroy()
  client.once('close', abandon)
  try {
    await once(application, 'connect')
  } catch (cause) {
    throw new MseError('names/unreachable', 'the application does not answer', { cause })
  } finally {
    client.off('close', abandon)
  }
  return application.setTimeout(0)
}
