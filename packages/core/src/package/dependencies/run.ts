import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface RunOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly input?: Buffer
  readonly signal?: AbortSignal | undefined
  /** Called with each line of standard output as it comes. */
  readonly onLine?: ((line: string) => void) | undefined
}

export interface Outcome {
  readonly ok: boolean
  /** Both streams, standard output first. */
  readonly output: string
}

/** Runs a program to its end. Rejects if it cannot be started, or with the signal's reason after killing it. */
export function run(command: readonly string[], options: RunOptions): Promise<Outcome> {
  const [program = '', ...args] = command
  return new Promise((resolve, reject) => {
    options.signal?.throwIfAborted()
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      killSignal: 'SIGKILL',
      ...(options.signal && { signal: options.signal }),
    })
    const out: string[] = []
    const err: string[] = []
    createInterface({ input: child.stdout }).on('line', (line) => {
      out.push(line)
      options.onLine?.(line)
    })
    createInterface({ input: child.stderr }).on('line', (line) => err.push(line))
    child.stdin.on('error', () => {}) // it may end without reading everything: its output says why
    child.stdin.end(options.input)
    child.on('error', (error) => reject(options.signal?.aborted ? options.signal.reason : error))
    child.on('close', (code) => resolve({ ok: code === 0, output: [...out, ...err].join('\n') }))
  })
}
