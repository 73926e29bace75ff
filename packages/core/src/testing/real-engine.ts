import { setTimeout as sleep } from 'node:timers/promises'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { findEngine } from '../platform/container/engine/find-engine.ts'

/** A real container engine with everything in a folder of its own. */
export interface RealEngine {
  /** Path of its Unix socket. */
  readonly socket: string
  /** Says of the engine, in its own command line, what there is. */
  command(...words: string[]): string
  /** Ends the service, as a crash would; containers live on. */
  kill(): Promise<void>
  /** Starts it again. */
  start(): Promise<void>
  /** Ends it with everything that it has. */
  stop(): Promise<void>
}

/** The program of an engine that listens on a socket, started and killed as often as a test wants. */
export class EngineService {
  readonly #program: string
  readonly #words: readonly string[]
  readonly #socket: string
  readonly #env: NodeJS.ProcessEnv
  #process: ChildProcess | undefined

  constructor(program: string, words: readonly string[], socket: string, env: NodeJS.ProcessEnv = process.env) {
    this.#program = program
    this.#words = words
    this.#socket = socket
    this.#env = env
  }

  /** Until it answers. */
  async start(): Promise<void> {
    rmSync(this.#socket, { force: true })
    const service = spawn(this.#program, this.#words, { env: this.#env, stdio: 'ignore' })
    this.#process = service
    for (let tried = 0; !(await this.#answers()); tried += 1) {
      if (service.exitCode !== null || tried > 400) throw new Error(`${this.#program} does not start`)
      await sleep(50)
    }
  }

  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const service = this.#process
    if (service === undefined || service.exitCode !== null || service.signalCode !== null) return
    service.kill(signal)
    await once(service, 'exit')
  }

  async #answers(): Promise<boolean> {
    return findEngine([this.#socket]).then(
      () => true,
      () => false,
    )
  }
}
