import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A way to a service that ends for good after so many bytes, in either direction together. */
export async function cutOff(host: string, bytes: number): Promise<{ readonly host: string; stop(): Promise<void> }> {
  const [name = '', port = ''] = host.split(':')
  const open = new Set<Socket>()
  let left = bytes
  const server = createServer((near) => {
    const far = connect(Number(port), name)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from)
      from.on('error', () => undefined).on('close', () => to.destroy())
      from.on('data', (data) => {
        left -= data.length
        if (left >= 0) to.write(data)
        else for (const socket of open) socket.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
