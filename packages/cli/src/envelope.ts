/** What `--json` prints, once. Members are only ever added under this schema's name. */
export interface Envelope {
  readonly schema: 'mse-cli/1'
  readonly ok: boolean
  readonly command: string | null
  readonly data: unknown
  readonly warnings: readonly string[]
  readonly error: ErrorReport | null
}

export interface ErrorReport {
  readonly code: string
  readonly message: string
  readonly expected: string | null
  readonly found: string | null
  readonly next: string | null
}

/** What `--json=stream` prints before the result. */
export type StreamEvent =
  | { readonly event: 'phase'; readonly name: string; readonly state: 'started' }
  | { readonly event: 'phase'; readonly name: string; readonly state: 'done' | 'failed'; readonly seconds: number }
  | { readonly event: 'warning'; readonly message: string }
  | { readonly event: 'output'; readonly text: string }
  | ({ readonly event: 'result' } & Envelope)
