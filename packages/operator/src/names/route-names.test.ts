import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientHello, domain, listenOn, startRoute, type ExampleRoute } from '../testing/example-route.ts'
import { withName } from './waiting-names.ts'

/** A real listener and real connections; the applications say who they are and do what a test needs. */
let home: string
let route: ExampleRoute
const servers: Server[] = []

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'mse-names-'))
  route = await startRoute(home, { greeting: 2000, drain: 300, connectionsPerAddress: 4 })
})
afterEach(async () => {
  for (const server of servers.splice(0)) server.close()
  await route.close()
  rmSync(home, { recursive: true, force: true })
})

async function listener(answer: (socket: Socket) => void): Promise<number> {
  const { server, port } = await listenOn(answer)
  servers.push(server)
  return port
}

/** Answers with a word and what it was sent, once the client has said all. */
const saying = async (word: string): Promise<number> =>
  listener((socket) => {
    void allOf(socket).then(
      (said) => socket.end(Buffer.concat([Buffer.from(word), said])),
      () => undefined,
    )
  })

/** All that comes back for some packets, and the end of what a client has to say. */
async function answerTo(...packets: Buffer[]): Promise<Buffer> {
  const socket = await route.dial()
  const answer = allOf(socket)
  for (const packet of packets) {
    socket.write(packet)
    await sleep(5)
  }
  socket.end()
  return answer
}

/** What comes until the other side has said all. An iterator would end the other half as well. */
async function allOf(socket: Socket): Promise<Buffer> {
  const parts: Buffer[] = []
  socket.on('data', (part: Buffer) => void parts.push(part))
  await once(socket.resume(), 'end')
  return Buffer.concat(parts)
}

const alert = (number: number): Buffer => Buffer.of(21, 3, 3, 0, 2, 2, number)
const host = (label: string, owner = 'ada'): string => `${label}.${owner}.${domain}`

describe('a connection', () => {
  it('reaches the application whose name it asks for, with every byte as it was sent', async () => {
    await route.app('ada', 'one', await saying('one of ada '))
    await route.app('bob', 'one', await saying('one of bob '))
    const hello = clientHello(host('one', 'bob'))
    expect(await answerTo(hello, Buffer.from('more'))).toEqual(
      Buffer.concat([Buffer.from('one of bob '), hello, Buffer.from('more')]),
    )
    expect((await answerTo(clientHello(host('one')))).toString('latin1')).toMatch(/^one of ada /)
  })

  it('that is sent in crumbs reaches it, too', async () => {
    await route.app('ada', 'one', await saying('one '))
    const hello = clientHello(host('one'))
    const crumbs = [...Array(10).keys()].map((at) => hello.subarray(at * 12, at === 9 ? undefined : at * 12 + 12))
    expect(await answerTo(...crumbs)).toEqual(Buffer.concat([Buffer.from('one '), hello]))
  })

  it('reaches under the same name what has taken the place of an application', async () => {
    await route.app('ada', 'one', await saying('old '))
    await route.app('ada', 'one', await saying('new '))
    expect((await answerTo(clientHello(host('one')))).toString('latin1')).toMatch(/^new /)
  })

  it('reaches a launch by its instance as long as it waits to be decided on', async () => {
    const instance = 'ab'.repeat(16)
    const port = await saying('waits ')
    const said = await withName(route.owner('ada'), instance, port, () => answerTo(clientHello(host(instance))))
    expect(said.toString('latin1')).toMatch(/^waits /)
    expect(await answerTo(clientHello(host(instance)))).toEqual(alert(112))
  })

  it('can end one half and go on with the other', async () => {
    const port = await listener((socket) => {
      socket.resume().once('end', () => void sleep(100).then(() => socket.end('after your end')))
    })
    await route.app('ada', 'one', port)
    expect((await answerTo(clientHello(host('one')))).toString()).toBe('after your end')
  })

  it('is as fast as who reads it, and loses nothing', async () => {
    let application: Socket | undefined
    await route.app('ada', 'one', await listener((socket) => void (application = socket.pause())))
    const socket = await route.dial()
    const all = Buffer.alloc(64 << 20, 7)
    socket.write(clientHello(host('one')))
    socket.end(all)
    await expect.poll(() => application !== undefined).toBe(true)
    await sleep(300)
    expect(socket.destroyed).toBe(false)
    // What the kernel holds of it is less; the rest was not taken from the client.
    expect(socket.writableLength).toBeGreaterThan(0)
    expect((await allOf(application as Socket)).length).toBe(clientHello(host('one')).length + all.length)
    socket.destroy()
  })

  it('that breaks off ends on the other side, too', async () => {
    let gone: Promise<unknown> | undefined
    await route.app('ada', 'one', await listener((socket) => void (gone = once(socket.resume(), 'end'))))
    const socket = await route.dial()
    socket.write(clientHello(host('one')))
    await expect.poll(() => gone !== undefined).toBe(true)
    socket.resetAndDestroy()
    await gone
  })
})

describe('is refused', () => {
  it.each<[string, string, number]>([
    ['a name of nobody', host('two'), 112],
    ['the application of another owner', host('one', 'bob'), 112],
    ['an owner without an application', host('one', 'carol'), 112],
    ['a name of another domain', 'one.ada.apps.example.net', 112],
    ['a name that only ends like ours', `one.ada.evil${domain}`, 112],
    ['the domain itself', domain, 112],
    ['an owner alone', `ada.${domain}`, 112],
    ['a name below that of an application', `www.${host('one')}`, 112],
    ['an instance that never was', host('cd'.repeat(16)), 112],
    ['an application whose certificate is for another name', host('other'), 112],
    ['a folder that climbs', `..%2f..%2fbob.ada.${domain}`, 50],
    ['an application that does not answer', host('ended'), 80],
  ])('%s', async (_attack, name, number) => {
    await route.app('ada', 'one', await saying('one '))
    await route.app('ada', 'other', await saying('other '), ['localhost'])
    const { server, port } = await listenOn(() => undefined)
    server.close()
    await route.app('ada', 'ended', port)
    expect(await answerTo(clientHello(name))).toEqual(alert(number))
  })

  it('a client that asks for no name', async () => {
    expect(await answerTo(clientHello(undefined))).toEqual(alert(112))
  })

  it('what is not TLS', async () => {
    expect(await answerTo(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toEqual(alert(50))
  })

  it.each<[string, Buffer | undefined]>([
    ['somebody who says nothing', undefined],
    ['somebody who never comes to the end', clientHello(host('one'))],
  ])('%s, in time', async (_attack, hello) => {
    const socket = await route.dial()
    const ended = new Promise<void>((resolve) => socket.resume().once('end', resolve).once('close', resolve))
    const drip = (async () => {
      for (const byte of hello ?? []) {
        if (socket.readableEnded || !socket.writable) return
        socket.write(Buffer.of(byte))
        await sleep(50)
      }
    })()
    await Promise.all([ended, drip])
    socket.destroy()
  })

  it('one address that takes more connections than it may; others are let in', async () => {
    await route.app('ada', 'one', await saying('one '))
    const held = await Promise.all([1, 2, 3, 4].map(() => route.dial('127.0.5.1')))
    const fifth = await route.dial('127.0.5.1')
    await once(fifth.resume(), 'end')
    expect((await answerTo(clientHello(host('one')))).toString('latin1')).toMatch(/^one /)
    for (const socket of [...held, fifth]) socket.destroy()
  })
})

it('ends: nobody new is let in, and what is open has some time', async () => {
  let reached = false
  await route.app('ada', 'one', await listener((socket) => void (reached = socket.resume().writable)))
  const open = await route.dial()
  open.write(clientHello(host('one')))
  await expect.poll(() => reached).toBe(true)
  const told = once(open.resume(), 'end')
  const ended = route.close()
  await expect(route.dial()).rejects.toThrow(/ECONNREFUSED/)
  expect(open.readableEnded).toBe(false)
  await Promise.all([ended, told])
  open.destroy()
})
