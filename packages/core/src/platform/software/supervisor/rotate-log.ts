import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import type { Layout } from '../layout.ts'
import { logLine } from './log-line.ts'

/** Bytes of a log after which it becomes the older one. Together they are about twice that. */
export const logLimit: number = 8 << 20

/**
 * Keeps a log bounded. Whoever prints holds it open (O_APPEND), so that it is copied and cut, not renamed: lines that are printed
 * between the last look and the cut, microseconds, are lost. Without room for a copy it is cut all the same.
 */
export function rotateLog({ log, olderLog }: Pick<Layout, 'log' | 'olderLog'>, limit: number = logLimit): void {
  if (sizeOf(log) <= limit) return
  const from = openSync(log, 'r+')
  try {
    copyTo(from, olderLog, limit)
  } catch (error) {
    rmSync(`${olderLog}.new`, { force: true, recursive: true })
    ftruncateSync(from, 0)
    logLine(log, `older lines were dropped: ${(error as NodeJS.ErrnoException).code ?? 'they cannot be kept'}`)
  } finally {
    closeSync(from)
  }
}

/** Of a log that grew faster than anybody looked, the last part is kept. */
function copyTo(from: number, olderLog: string, limit: number): void {
  const to = openSync(`${olderLog}.new`, 'w', 0o600)
  try {
    const buffer = Buffer.alloc(1 << 20)
    let position = Math.max(0, fstatSync(from).size - 2 * limit)
    for (;;) {
      const read = readSync(from, buffer, 0, buffer.length, position)
      if (read === 0) break
      for (let written = 0; written < read;) written += writeSync(to, buffer, written, read - written)
      position += read
    }
    ftruncateSync(from, 0)
  } finally {
    closeSync(to)
  }
  renameSync(`${olderLog}.new`, olderLog)
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
