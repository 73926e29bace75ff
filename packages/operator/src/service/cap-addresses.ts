import type { Server, Socket } from 'node:net'

/** One address cannot take all connections. Counted before a byte is read. */
export function capAddresses(server: Server, most: number): void {
  const open = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const from = socket.remoteAddress ?? ''
    const before = open.get(from) ?? 0
    if (before >= most) {
      socket.destroy()
      return
    }
    open.set(from, before + 1)
    socket.once('close', () => {
      const left = (open.get(from) ?? 1) - 1
      if (left === 0) open.delete(from)
      else open.set(from, left)
    })
  })
}
