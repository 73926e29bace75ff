import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { refusal } from '../testing/refuses.ts'
import { freePort } from './port.ts'

const servers: Server[] = []
afterEach(() => servers.splice(0).forEach((server) => server.close()))

async function listen(host: string, port = 0): Promise<number> {
  const server = createServer().listen(port, host)
  servers.push(server)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

it('finds a port that can be listened on at once, and the one that was asked for', async () => {
  const any = await freePort('127.0.0.1', 0)
  expect(any).toBeGreaterThan(1023)
  expect(await freePort('127.0.0.1', any)).toBe(any)
  expect(await listen('127.0.0.1', any)).toBe(any)
})

it.each([
  ['127.0.0.1', '127.0.0.1'],
  ['0.0.0.0', '127.0.0.1'],
  ['127.0.0.1', '0.0.0.0'],
])('a port that somebody has on %s, wanted on %s', async (taken, wanted) => {
  const port = await listen(taken)
  await expect(freePort(wanted, port)).rejects.toThrow(refusal('launch/port-taken'))
})

it.each([
  ['an address of another machine', '192.0.2.1', 0],
  ['a port beyond the last', '127.0.0.1', 65_536],
])('%s', async (_, address, port) => {
  await expect(freePort(address, port)).rejects.toThrow(refusal('launch/address'))
})
