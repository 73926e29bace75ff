import type { OnProgress } from './progress.ts'
import type { Pip } from './pip.ts'

/** Where pip works: a folder of its own, with nothing in it that a requirement could name by accident. */
export interface Workshop {
  readonly pip: Pip
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal | undefined
  readonly onProgress: OnProgress | undefined
}

/** Building from source would run strangers' code on the owner's machine, and seldom gives the same bytes twice. */
export const wheelsOnly = ['--only-binary', ':all:', '--progress-bar', 'off'] as const
