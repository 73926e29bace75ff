import type { Site } from '../../software/supervisor/dwelling.ts'

const mebibyte = 1 << 20

/** Bytes of the folders for what is stored, where they are memory. */
export interface Spaces {
  readonly root: number
  readonly key: number
  readonly application: number
}

/**
 * No more is stored than `hardware`: it is memory. /key holds an identity, and secrets of at most a few MiB. The code has room for
 * itself and what it may write beside.
 */
export function spacesOf({ plan, artefact: { index } }: Pick<Site, 'plan' | 'artefact'>): Spaces {
  const code = index.files.filter(({ path }) => path.startsWith('code/')).reduce((sum, { size }) => sum + size, 0)
  return { root: Math.min(plan.storage, plan.hardware), key: 16 * mebibyte, application: 2 * code + 64 * mebibyte }
}
