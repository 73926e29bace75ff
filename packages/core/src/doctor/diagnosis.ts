/** One thing that was looked at on a machine. */
export interface Diagnosis {
  /** Stable: `tool/bwrap`. */
  readonly id: string
  /** What it is about: "bubblewrap (the sandbox)". */
  readonly title: string
  /** `skipped`: it could not be looked at, because something before it failed. */
  readonly outcome: 'ok' | 'warning' | 'failed' | 'skipped'
  /** What was found. */
  readonly detail: string
  /** The exact command that mends it. */
  readonly fix?: string
}
