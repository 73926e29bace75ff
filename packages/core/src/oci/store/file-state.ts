import { lstatSync, readFileSync } from 'node:fs'
import { bootId } from '../../state/process.ts'
import { replaceFile } from '../../state/files.ts'

/** What a file system says of a file, as texts because JSON has no integers of 64 bits. */
export interface FileState {
  readonly device: string
  readonly inode: string
  readonly size: string
  /** Nanoseconds. */
  readonly mtime: string
  readonly ctime: string
  /** The state holds within one run of the machine: a crash can leave the times and lose the bytes. */
  readonly boot: string
  /** Whether nobody but this user, and root, can write to it. */
  readonly isPrivate: boolean
}

/** The state of a regular file; undefined if there is none, or something else. */
export function stateOf(path: string): FileState | undefined {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  if (found === undefined || !found.isFile()) return undefined
  return {
    device: String(found.dev),
    inode: String(found.ino),
    size: String(found.size),
    mtime: String(found.mtimeNs),
    ctime: String(found.ctimeNs),
    boot: bootId(),
    isPrivate: isPrivate(found),
  }
}

/** Whether nobody but this user, and root, can write to what a file system describes so. */
export function isPrivate({ uid, mode }: { readonly uid: bigint; readonly mode: bigint }): boolean {
  return uid === BigInt(process.geteuid?.() ?? 0) && (mode & 0o022n) === 0n
}

/** Writes down, beside a file, in which state its bytes were known. Lost in a power cut it costs one reading. */
export async function recordState(path: string, state: FileState): Promise<void> {
  await replaceFile(recordOf(path), JSON.stringify(state), 0o600, false)
}

/** Whether a file is in exactly the state that was written down. */
export function isRecorded(path: string, state: FileState): boolean {
  try {
    return readFileSync(recordOf(path), 'utf8') === JSON.stringify(state)
  } catch {
    return false
  }
}

/** Where the state of a file is written down. */
export function recordOf(path: string): string {
  return `${path}.json`
}
