/**
 * The part of the Fetch standard that is used; `globalThis.fetch` fits. A {@link CollateralError} that it throws is passed on as
 * it is, anything else becomes `collateral/unreachable`. In a page of a browser the service has to allow the page's origin and to
 * expose the headers of chains (Fetch standard, "CORS protocol").
 */
export type Fetch = (url: string, options: FetchOptions) => Promise<FetchAnswer>

export interface FetchOptions {
  /** Services do not redirect; whoever does is not followed. */
  readonly redirect: 'error'
  readonly signal: AbortSignal
}

export interface FetchAnswer {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: { getReader(): BodyReader } | null
}

interface BodyReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>
  cancel(): Promise<void>
}
