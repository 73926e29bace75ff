import { statSync } from 'node:fs'

/** What of a file changes when its content does. The kernel sets the last one, and no program sets it back. */
export interface FileState {
  readonly device: string
  readonly inode: string
  readonly size: string
  /** Nanoseconds since 1970. */
  readonly modified: string
  readonly changed: string
}

/** @throws what `stat` throws */
export function fileState(path: string): FileState {
  const status = statSync(path, { bigint: true })
  return {
    device: String(status.dev),
    inode: String(status.ino),
    size: String(status.size),
    modified: String(status.mtimeNs),
    changed: String(status.ctimeNs),
  }
}

export function isSameState(one: FileState, other: FileState): boolean {
  return stateFields.every((field) => one[field] === other[field])
}

const stateFields = ['device', 'inode', 'size', 'modified', 'changed'] as const
