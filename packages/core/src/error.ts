/**
 * An error that a person can act on.
 *
 * `code` is stable: programs and tests rely on it, and its family (the part before `/`) decides the exit code of the
 * command line. `message` says what happened in one sentence, without a final stop.
 */
export class MseError extends Error {
  override readonly name = 'MseError'
  readonly code: string
  /** What was expected, and what was found instead; shown side by side. */
  readonly expected: string | undefined
  readonly found: string | undefined
  /** The next command to run, or the next thing to do. */
  readonly next: string | undefined

  constructor(code: string, message: string, more: ErrorDetails = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.code = code
    this.expected = more.expected
    this.found = more.found
    this.next = more.next
  }
}

export interface ErrorDetails {
  readonly expected?: string
  readonly found?: string
  readonly next?: string
  readonly cause?: unknown
}
