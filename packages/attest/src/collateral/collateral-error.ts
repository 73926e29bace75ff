/** What more the error tells. */
export interface CollateralErrorDetails {
  readonly expected?: string
  readonly found?: string
  readonly next?: string
  readonly cause?: unknown
}

/**
 * Collateral could not be had. Says nothing about the evidence that it was wanted for.
 *
 * `code` is stable, of the family `collateral/` (spec/4-evidence.md, "Collateral"). Whoever provides a `fetch` may throw it with
 * codes of its own.
 */
export class CollateralError extends Error {
  override readonly name = 'CollateralError'
  readonly code: string
  readonly expected: string | undefined
  readonly found: string | undefined
  /** The next thing to do. */
  readonly next: string | undefined

  constructor(code: string, message: string, { expected, found, next, cause }: CollateralErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.expected = expected
    this.found = found
    this.next = next
  }
}
