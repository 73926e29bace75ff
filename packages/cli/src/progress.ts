import { liveProgress } from './progress/live.ts'
import { noProgress } from './progress/none.ts'
import { plainProgress } from './progress/plain.ts'
import { canRedraw } from './style.ts'
import type { Style } from './style.ts'
import type { Settings } from './settings.ts'

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

/** The one place that decides how progress is shown. */
export function createProgress(
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
  tools: ProgressTools,
): Progress {
  if (settings.quiet || settings.progress === 'none') return noProgress
  const live = settings.progress === 'auto' && settings.json === 'off' && canRedraw(tools.stream, env)
  return live ? liveProgress(tools) : plainProgress(tools)
}
