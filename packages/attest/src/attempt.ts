import { FormatError } from './error.ts'

/** What was decoded, or the FormatError that came of it, thrown where it is judged. */
export type Attempt<T> = () => T

/** Decodes now. */
export function attempt<T>(read: () => T): Attempt<T> {
  try {
    const value = read()
    return () => value
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    return () => {
      throw error
    }
  }
}

/** Decodes when it is first asked for, and once. */
export function once<T>(read: () => T): Attempt<T> {
  let done: Attempt<T> | undefined
  return () => (done ??= attempt(read))()
}

/** What came of it; undefined if nothing did. */
export function resultOf<T>(attempt: Attempt<T> | undefined): T | undefined {
  try {
    return attempt?.()
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    return undefined
  }
}
