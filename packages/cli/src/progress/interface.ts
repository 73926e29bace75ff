import type { Style } from '../style.ts'

/** Shows that work is going on. */
export interface Progress {
  start(name: string, title: string): Phase
  /** Prints other text without tearing the line that is being redrawn. */
  around(print: () => void): void
}

export interface Phase {
  update(detail: string): void
  end(outcome: 'done' | 'failed', seconds: number): void
}

export interface ProgressTools {
  readonly stream: Writer
  readonly style: Style
  /** Seconds. */
  readonly clock: () => number
}

export interface Writer {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}
