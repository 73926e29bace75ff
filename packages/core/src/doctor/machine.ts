import type { Folders } from '../state/paths.ts'

/** What the doctor looks at. */
export interface Machine {
  /** Where the paths of the system begin: `/`, in tests a folder. */
  readonly root: string
  readonly folders: Folders
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  readonly now: () => Date
}
