import { rmSync } from 'node:fs'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { chdir } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Metrics } from '../../platform.ts'

/** How a launcher ended. */
export interface LauncherEnd {
  /** Exit code, or 128 and the number of the signal. */
  readonly code: number
  /** Whether the kernel has ended something in the container for its memory. */
  readonly outOfMemory: boolean
}

export interface ContainerUsage {
  readonly memory: number
  readonly cpu: number
  readonly storage: Metrics['storage']
}

/** The connection between process 1 of a container and its supervisor (spec/3-launch.md, "In a container"): each ends with it. */
export interface Lifeline {
  /** False if process 1 has not come within so many milliseconds. */
  attached(timeout: number): Promise<boolean>
  /** Has the launcher started that `job.json` describes; resolves when it has ended. */
  run(): Promise<LauncherEnd>
  /** To the launcher, if it runs. */
  signal(number: number): void
  usage(): Promise<ContainerUsage>
  /** Whether the enclave was provisioned when its launcher ended last. */
  isProvisioned(): boolean
  /** Resolves when the container is gone without having been told to. */
  readonly lost: Promise<void>
  /** Has it wait for another supervisor. */
  park(): Promise<void>
  /** Has it end. */
  cut(): void
}

const nothing: ContainerUsage = { memory: 0, cpu: 0, storage: { used: 0, limit: 0 } }
const gone: LauncherEnd = { code: 137, outOfMemory: false }

/** Listens in the folder that the container sees; the folder becomes the working folder, since a socket's path is short. */
export async function openLifeline(folder: string): Promise<Lifeline> {
  chdir(folder)
  rmSync('lifeline', { force: true })
  const server = createServer()
  server.listen('lifeline')
  await once(server, 'listening')
  const came = once(server, 'connection') as Promise<[Socket]>
  let socket: Socket | undefined
  let provisioned = false
  let running: ((end: LauncherEnd) => void) | undefined
  const asking: ((usage: ContainerUsage) => void)[] = []
  let lose: () => void = () => undefined
  const lost = new Promise<void>((resolve) => (lose = resolve))
  const hear = (line: string): void => {
    const [word, ...rest] = line.split(' ')
    if (word === 'usage') asking.shift()?.(JSON.parse(rest.join(' ')) as ContainerUsage)
    if (word !== 'ended') return
    provisioned = rest[2] === '1'
    running?.({ code: Number(rest[0]), outOfMemory: rest[1] === '1' })
  }
  const attend = (connection: Socket): void => {
    socket = connection
    server.close()
    let text = ''
    connection.setEncoding('utf8')
    connection.on('error', () => undefined)
    connection.on('data', (data: string) => {
      const lines = (text + data).split('\n')
      text = (lines.pop() as string).slice(-1024)
      lines.forEach(hear)
    })
    connection.once('close', () => {
      running?.(gone)
      asking.splice(0).forEach((answered) => answered(nothing))
      lose()
    })
  }
  return {
    async attached(timeout) {
      const [connection] = (await Promise.race([came, sleep(timeout, [], { ref: false })])) as [Socket?]
      if (connection !== undefined) attend(connection)
      return connection !== undefined
    },
    async run() {
      if (socket === undefined || socket.destroyed) return gone
      const ended = new Promise<LauncherEnd>((resolve) => (running = resolve))
      socket.write('run\n')
      return ended
    },
    signal: (number) => void socket?.write(`signal ${number}\n`),
    async usage() {
      if (socket === undefined || socket.destroyed || asking.length > 8) return nothing
      const answer = new Promise<ContainerUsage>((resolve) => asking.push(resolve))
      socket.write('usage\n')
      return Promise.race([answer, sleep(1_000, nothing, { ref: false })])
    },
    isProvisioned: () => provisioned,
    lost,
    async park() {
      await new Promise<void>((resolve) => (socket === undefined ? resolve() : socket.end('park\n', () => resolve())))
    },
    cut: () => socket?.destroy(),
  }
}
