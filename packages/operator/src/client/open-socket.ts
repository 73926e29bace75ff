import { isPinned, keyPin } from '@mse/core/attest/collateral/pin'
import { MseError } from '@mse/core/error'
import { connect, type TLSSocket } from 'node:tls'
import type { Login } from './login.ts'

/**
 * Opens a TLS connection to an operator service. It is judged before the first byte is written, so that no token goes to a stranger.
 *
 * @param timeout milliseconds for the connection
 * @throws MseError `operator/pin`, `operator/untrusted`, `operator/unreachable`, `operator/timeout`
 */
export async function openSocket({ url, pin, authorities }: Login, timeout: number): Promise<TLSSocket> {
  const { hostname, port } = new URL(url)
  const host = hostname.replaceAll(/^\[|\]$/g, '')
  const socket = connect({
    host,
    port: Number(port || 443),
    ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
    // Where a key is pinned no authority is asked; Node.js would read all that it knows, which takes 10 to 20 ms.
    ...(pin !== null ? { ca: [] } : authorities === null ? {} : { ca: authorities }),
    // Judged below, where it can be said what was found.
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
  })
  try {
    await connected(socket, url, timeout)
    judge(socket, { url, pin })
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}

async function connected(socket: TLSSocket, url: string, timeout: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await new Promise<void>((resolve, reject) => {
    timer = setTimeout(() => reject(tooLate(url)), timeout)
    socket.once('error', (cause) => reject(unreachable(url, cause)))
    socket.once('close', () => reject(unreachable(url, undefined)))
    socket.once('secureConnect', () => resolve())
  }).finally(() => clearTimeout(timer))
  socket
    .removeAllListeners('error')
    .removeAllListeners('close')
    .on('error', () => undefined)
}

function judge(socket: TLSSocket, { url, pin }: Pick<Login, 'url' | 'pin'>): void {
  const shown = socket.getPeerX509Certificate()
  if (shown === undefined) throw unreachable(url, undefined)
  const found = `sha256:${keyPin(shown)}`
  if (pin !== null) {
    if (isPinned(shown, [pin])) return
    throw new MseError('operator/pin', `another key than the pinned one answers at ${url}`, {
      expected: `sha256:${pin}`,
      found,
      next: 'Send nothing there. Ask the operator whether the key has changed; if it has, mse login with the new --pin.',
    })
  }
  if (socket.authorized) return
  throw new MseError('operator/untrusted', `nobody vouches for what answers at ${url}`, {
    expected: 'a certificate of the authorities of --ca, for that name',
    found: `${String(socket.authorizationError)}, key ${found}`,
    next: 'Ask the operator for the SHA-256 of the key, and compare.',
  })
}

export function unreachable(url: string, cause: unknown): MseError {
  const { code } = (cause ?? {}) as NodeJS.ErrnoException
  return new MseError('operator/unreachable', `no operator service answers at ${url}`, {
    ...(code === undefined ? {} : { found: code }),
    cause,
    next: 'Is the address right, and does it run? Then try again.',
  })
}

export function tooLate(url: string): MseError {
  return new MseError('operator/timeout', `${url} did not answer in time`, { next: 'Try again later.' })
}
