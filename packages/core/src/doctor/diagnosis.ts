/** One thing that was looked at on a machine. */
export interface Diagnosis {
  /** Stable: `tool/bwrap`. */
  readonly id: string
  /** What it is about: "bubblewrap (the sandbox)". */
  readonly title: string
  /** `skipped`: it was not looked at, or what was found does not matter here; the detail says why. */
  readonly outcome: 'ok' | 'warning' | 'failed' | 'skipped'
  /** What was found. */
  readonly detail: string
  /** The command that mends it, or that finds out more; there is one unless the outcome is `ok`. */
  readonly fix?: string
}
