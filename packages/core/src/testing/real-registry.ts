import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Debian's docker-registry, a real one; tests without it skip, and say so by their names. */
export const hasRegistry: boolean = spawnSync('docker-registry', ['--version']).status === 0

export interface RealRegistry {
  /** `127.0.0.1:5000` */
  readonly host: string
  stop(): Promise<void>
}

/** Starts a registry of this machine alone, whose files lie in that folder. `settings` are further lines of its config.yml. */
export async function startRegistry(folder: string, settings = '', tls = ''): Promise<RealRegistry> {
  const port = await freePort()
  mkdirSync(join(folder, 'storage'), { recursive: true })
  const config = `version: 0.1
log: { accesslog: { disabled: true }, level: error }
storage:
  filesystem: { rootdirectory: ${join(folder, 'storage')} }
  delete: { enabled: true }
http:
  addr: 127.0.0.1:${port}
${tls}
${settings}
`
  writeFileSync(join(folder, 'config.yml'), config)
  const child = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  for (let tried = 0; !(await answers(port)); tried += 1) {
    if (child.exitCode !== null || tried > 200) throw new Error('docker-registry does not start')
    await sleep(50)
  }
  return {
    host: `127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
