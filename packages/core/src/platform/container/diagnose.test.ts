import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { join } from 'node:path'
import { expect, it, describe } from 'vitest'
import type { Diagnosis } from '../../doctor/diagnosis.ts'
import { folders } from '../../state/paths.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { diagnose } from './diagnose.ts'

const home = temporaryFolder()

async function look(socket: string = join(home(), 'nobody.sock')): Promise<Diagnosis | undefined> {
  return (await diagnose({ folders: { ...folders({ HOME: home() }), engines: [socket] } }))[0]
}

/** Whoever listens where an engine would. */
async function listening(answer: RequestListener): Promise<Diagnosis | undefined> {
  const socket = join(home(), `${Math.random()}.sock`)
  const server = createServer(answer).listen(socket)
  await once(server, 'listening')
  const found = await look(socket)
  server.closeAllConnections()
  server.close()
  return found
}

const engine =
  (name: string, version: string): RequestListener =>
  (_, response) => {
    response.setHeader('Server', name === 'Podman' ? `Libpod/${version} (linux)` : 'Docker')
    response.end(JSON.stringify({ Version: version, ApiVersion: '1.41' }))
  }

describe('the container engine', () => {
  it('that is not there is asked to be started', async () => {
    expect(await look()).toMatchObject({ outcome: 'failed', fix: expect.stringContaining('podman.socket') as string })
  })

  it('that speaks the API is well', async () => {
    expect(await listening(engine('Engine', '27.0.1'))).toMatchObject({ outcome: 'ok' })
  })

  it('Podman 3 is too old', async () => {
    expect(await listening(engine('Podman', '3.4.4'))).toMatchObject({ outcome: 'failed' })
  })

  it.each<[string, RequestListener]>([
    ['another service', (_, response) => response.end('hello')],
    ['one that refuses', (_, response) => response.writeHead(500).end()],
    ['one that says no version', (_, response) => response.end('{}')],
    ['one that never ends', (_, response) => void setInterval(() => response.write('x'.repeat(1 << 15)), 1).unref()],
  ])('%s in its place is not taken for one', async (_, answer) => {
    expect(await listening(answer)).toMatchObject({ outcome: 'failed', fix: expect.any(String) as string })
  })

  it.skipIf(spawnSync('podman', ['--version']).status !== 0)(
    'Podman itself is recognised (skipped without it)',
    async () => {
      const socket = join(home(), 'podman.sock')
      const store = ['--root', join(home(), 'store'), '--runroot', join(home(), 'run'), '--storage-driver', 'vfs']
      const podman = spawn('podman', [...store, 'system', 'service', '--time=0', `unix://${socket}`], {
        stdio: 'ignore',
      })
      try {
        await expect.poll(() => existsSync(socket), { timeout: 20_000 }).toBe(true)
        await expect.poll(async () => (await look(socket))?.detail, { timeout: 20_000 }).toMatch(/^Podman \d/)
      } finally {
        podman.kill()
        await once(podman, 'exit')
      }
    },
  )
})
