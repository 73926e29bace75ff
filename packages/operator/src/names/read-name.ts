import { MseError } from '@mse/core/error'
import type { Socket } from 'node:net'
import { ClientHelloReader } from './client-hello.ts'

/** The name that a client asks for, and all that it has sent so far: both belong to the application. */
export interface Greeting {
  readonly name: string
  readonly sent: Buffer
}

/**
 * Waits for the ClientHello of a new connection, and takes no byte more than has come with it.
 *
 * @param patience milliseconds for all of it, however much of it comes
 * @throws MseError `names/*`; `names/slow`, `names/gone`
 */
export async function readName(socket: Socket, patience: number): Promise<Greeting> {
  const reader = new ClientHelloReader()
  const sent: Buffer[] = []
  let timer: NodeJS.Timeout | undefined
  let settle = (): void => undefined
  try {
    return await new Promise<Greeting>((resolve, reject) => {
      const onData = (packet: Buffer): void => {
        sent.push(packet)
        try {
          const name = reader.read(packet)
          if (name === undefined) return
          socket.pause()
          resolve({ name, sent: Buffer.concat(sent) })
        } catch (error) {
          reject(error as Error)
        }
      }
      const onEnd = (): void => reject(new MseError('names/gone', 'the client ended before it had asked for a name'))
      const late = (): void => reject(new MseError('names/slow', 'no ClientHello has come in time'))
      settle = () => void socket.off('data', onData).off('end', onEnd).off('close', onEnd)
      timer = setTimeout(late, patience)
      socket.on('data', onData).once('end', onEnd).once('close', onEnd)
      socket.resume()
    })
  } finally {
    clearTimeout(timer)
    settle()
  }
}
