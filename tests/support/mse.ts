import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root: string = fileURLToPath(new URL('../..', import.meta.url))
export const bin: string = join(root, 'packages/cli/bin/mse.js')

/** Installed dependencies are shared between tests and runs: they hold nothing of an application. */
const cache = join(root, 'node_modules/.cache/mse-tests')

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The result of a command with `--json`. */
export interface Envelope<T = Record<string, unknown>> {
  readonly ok: boolean
  readonly data: T
  readonly warnings: string[]
  readonly error: null | { readonly code: string; readonly message: string; readonly next: string | null }
}

/** A person at a terminal: a HOME of their own, and the command. */
export class Person {
  readonly home: string
  readonly env: NodeJS.ProcessEnv

  constructor(more: NodeJS.ProcessEnv = {}, home: string = mkdtempSync(join(tmpdir(), 'mse-person-'))) {
    this.home = home
    const inherited = Object.entries(process.env).filter(([name]) => !/^(XDG_|MSE_|NO_COLOR|FORCE_COLOR)/.test(name))
    this.env = { ...Object.fromEntries(inherited), HOME: this.home, XDG_CACHE_HOME: cache, ...more }
  }

  get state(): string {
    return join(this.env['XDG_STATE_HOME'] ?? join(this.home, '.local/state'), 'mse')
  }

  /** Runs `mse` with these words. */
  mse(...words: string[]): Promise<Outcome> {
    return this.run(process.execPath, [bin, ...words])
  }

  /** Runs `mse … --json` and returns its envelope and exit code. */
  async json<T = Record<string, unknown>>(...words: string[]): Promise<Envelope<T> & { readonly code: number | null }> {
    const { code, stdout, stderr } = await this.mse(...words, '--json')
    try {
      return { ...(JSON.parse(stdout) as Envelope<T>), code }
    } catch (cause) {
      throw new Error(`mse ${words.join(' ')} printed no envelope:\n${stdout}\n${stderr}`, { cause })
    }
  }

  /** Starts `mse` and does not wait. */
  start(...words: string[]): ChildProcess {
    return spawn(process.execPath, [bin, ...words], {
      env: this.env,
      cwd: this.home,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  run(program: string, args: readonly string[], cwd: string = this.home): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { env: this.env, cwd, stdio: ['ignore', 'pipe', 'pipe'] })
      let stdout = ''
      let stderr = ''
      child.stdout.on('data', (data: Buffer) => (stdout += data.toString()))
      child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
      child.once('error', reject)
      child.once('close', (code) => resolve({ code, stdout, stderr }))
    })
  }

  /** Stops everything this person runs, and forgets them. */
  async leave(): Promise<void> {
    const { data } = await this.json<{ apps: { name: string }[] }>('list')
    for (const { name } of data.apps) await this.mse('stop', name, '--remove')
    rmSync(this.home, { recursive: true, force: true })
  }
}

/** A fresh machine may have none: what is printed for curl is then not tried. */
export const hasCurl: boolean = spawnSync('curl', ['--version']).status === 0

/** What `deploy` and `run` put into their envelopes. */
export interface Deployed {
  readonly url: string
  readonly name: string
  readonly certificate: string
  readonly folder: string
  readonly unchanged: boolean
  readonly verdict: { readonly platform: string; readonly measurement: string; readonly reportData: string }
}

export function read(...path: string[]): string {
  return readFileSync(join(...path), 'utf8')
}
