import { MseError } from '@mse/core/error'
import { isDeepStrictEqual } from 'node:util'

/** One line of a replay. */
export interface Check {
  readonly name: string
  /** Why it failed; undefined if it passed. */
  readonly failure?: string
}

/** Runs one check; whatever it throws is a failure. */
export async function check(name: string, work: () => unknown): Promise<Check> {
  try {
    await work()
    return { name }
  } catch (error) {
    const code = error instanceof MseError ? `${error.code}: ` : ''
    return { name, failure: `${code}${error instanceof Error ? error.message : String(error)}` }
  }
}

export function mustEqual(found: unknown, expected: unknown): void {
  if (isDeepStrictEqual(found, expected)) return
  throw new Error(`expected ${show(expected)}, found ${show(found)}`)
}

/** @throws Error unless the work refuses with one of our codes; a crash is no refusal */
export async function mustRefuse(work: () => Promise<unknown>): Promise<void> {
  const outcome = await work().then(
    () => 'it was accepted',
    (error: unknown) => (error instanceof MseError ? undefined : `a crash: ${String(error)}`),
  )
  if (outcome !== undefined) throw new Error(`expected a refusal, found ${outcome}`)
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 2000 ? `${text.slice(0, 2000)}…` : text
}
