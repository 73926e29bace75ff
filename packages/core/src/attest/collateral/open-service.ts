import { CollateralError } from '@mse/attest'
import { connect, type TLSSocket } from 'node:tls'
import { isPinned, keyPin, type Pin } from './pin.ts'

/** Why a service is believed to be the one that was named. */
export interface ServiceTrust {
  /** Certificates or keys; one of them is demanded, and nothing else. None: what the certificate authorities say. */
  readonly pins: readonly Pin[]
  /** Certificate authorities (PEM) in place of those of Node.js. */
  readonly authorities?: readonly string[]
}

/**
 * Opens a TLS connection to a service. Its certificate is judged before the first byte is written.
 *
 * @throws CollateralError `collateral/pin` (another certificate than the pinned ones), `collateral/certificate` (nobody vouches
 *   for it); errors of the network as they are
 */
export async function openService(url: URL, trust: ServiceTrust, signal: AbortSignal): Promise<TLSSocket> {
  const host = url.hostname.replaceAll(/^\[|\]$/g, '')
  const socket = connect({
    host,
    port: Number(url.port || 443),
    ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
    ...(trust.authorities === undefined ? {} : { ca: [...trust.authorities] }),
    // Judged below, where it can be said what was found.
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
  })
  try {
    await connected(socket, signal)
    judge(socket, url, trust)
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}

async function connected(socket: TLSSocket, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    socket.on('error', reject)
    socket.once('close', () => reject(new Error('the connection was closed')))
    socket.once('secureConnect', () => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
  })
}

function judge(socket: TLSSocket, { host }: URL, { pins }: ServiceTrust): void {
  const shown = socket.getPeerX509Certificate()
  if (shown === undefined) throw new Error('no certificate was shown')
  const found = `sha256:${keyPin(shown)}`
  if (pins.length > 0) {
    if (isPinned(shown, pins)) return
    throw new CollateralError('collateral/pin', `${host} shows another certificate than the pinned one`, {
      expected: pins.map((pin) => `sha256:${pin}`).join('\n'),
      found: `${found} (its key)`,
      next: 'Ask the keeper of the service whether its certificate has changed; if it has, give the new --pccs-pin.',
    })
  }
  if (socket.authorized) return
  throw new CollateralError('collateral/certificate', `nobody vouches for the certificate of ${host}`, {
    found: `${String(socket.authorizationError)}, key ${found}`,
    next: `Ask the keeper of the service for the SHA-256 of its key; if it is this one: --pccs-pin ${found}`,
  })
}
