import { Readable } from 'node:stream'
import { run } from '../../packages/cli/src/run.ts'

/** What a command printed, and its exit code. */
export interface Printed {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** The world of a command that is run in this process: a day, and roots that play Intel's, which no command line can set. */
export interface World {
  readonly home: string
  readonly now: Date
  readonly rootsForTesting?: readonly string[]
}

export async function runHere(argv: readonly string[], { home, now, rootsForTesting }: World): Promise<Printed> {
  const text = { out: '', err: '' }
  const code = await run(argv, {
    stdin: () => Readable.from([]),
    stdout: { write: (chunk) => (text.out += chunk) },
    stderr: { write: (chunk) => (text.err += chunk) },
    env: { HOME: home },
    cwd: home,
    now: () => now,
    onSignal: () => undefined,
    exit: () => undefined,
    ...(rootsForTesting === undefined ? {} : { rootsForTesting }),
  })
  return { code, ...text }
}
