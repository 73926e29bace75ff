import { spawn } from 'node:child_process'
import { chdir } from 'node:process'
import { rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { doorProgram } from '../../../locations.ts'
import type { Metrics } from '../../platform.ts'
import type { Layout } from '../layout.ts'
import type { SupervisorPlan } from '../plan-file.ts'
import { publicDoor } from './doors.ts'
import { logLine } from './log-line.ts'
import type { Wish } from './wish.ts'

/** What the control socket answers with. */
export interface Controlled {
  readonly files: Layout
  readonly plan: SupervisorPlan
  readonly metrics: () => Promise<Metrics>
  /** Resolves when the application runs, or cannot any more. */
  readonly serves: () => Promise<unknown>
  readonly wish: (what: Wish) => void
}

/** Longest line that anybody has to say. */
const limit = 32

/**
 * Listens on a Unix socket in the enclave's folder, where its user alone can come: one word for each connection. Its path may be
 * longer than the 107 bytes that such a path can have, hence the change of folder.
 */
export function serveControl(controlled: Controlled): void {
  const { files } = controlled
  rmSync(files.control, { force: true })
  chdir(files.folder)
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined)
    socket.setTimeout(5_000, () => socket.destroy())
    let line = ''
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      line += text
      if (line.includes('\n')) answer(socket, line.trim(), controlled)
      else if (line.length > limit) socket.destroy()
    })
    socket.on('end', () => line.includes('\n') || socket.end())
  })
  server.on('error', (error) => logLine(files.log, `nobody can ask for anything: ${error.message}`))
  server.listen('control')
  server.unref()
}

function answer(socket: Socket, word: string, { plan, metrics, serves, wish }: Controlled): void {
  if (word === 'stop' || word === 'halt' || word === 'retire') {
    socket.end('ok\n', () => wish(word))
  } else if (word === 'metrics') {
    void metrics().then(
      (now) => socket.end(`${JSON.stringify(now)}\n`),
      () => socket.destroy(),
    )
  } else if (word === 'serves') {
    void serves().then(() => socket.end('ok\n'))
  } else if (word === 'door') {
    giveDoor(socket, plan, () => undefined)
  } else if (word === 'succeed') {
    giveDoor(socket, plan, () => wish('halt'))
  } else socket.destroy()
}

/** Node.js sends no descriptors to strangers; Python does. */
function giveDoor(socket: Socket, { interpreter }: SupervisorPlan, given: () => void): void {
  socket.pause()
  const giver = spawn(interpreter.executable, ['-I', '-S', '-B', doorProgram, 'give'], {
    stdio: ['ignore', 'ignore', 'ignore', socket, publicDoor],
  })
  giver.once('error', () => socket.destroy())
  giver.once('exit', (code) => {
    socket.destroy()
    if (code === 0) given()
  })
}
