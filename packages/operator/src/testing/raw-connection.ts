import { connect, type TLSSocket } from 'node:tls'

/** A connection to a service of this machine, on which anything can be written. */
export async function dial(port: number): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('secureConnect', resolve))
  return socket
}

/** Waits until the other side has closed it. */
export async function ended(socket: {
  once(event: 'close', listener: () => void): unknown
  resume(): unknown
  on(event: 'error', listener: () => void): unknown
}): Promise<void> {
  socket.on('error', () => undefined)
  socket.resume()
  await new Promise<void>((resolve) => socket.once('close', resolve))
}

/** The first that comes back. */
export async function answerOf(socket: TLSSocket): Promise<string> {
  return new Promise((resolve) => socket.once('data', (part) => resolve(String(part))))
}
