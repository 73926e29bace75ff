import { appendFileSync } from 'node:fs'

/** Adds a line of the supervisor's own to the log of the application; a full disk takes none. */
export function logLine(log: string, line: string): void {
  try {
    appendFileSync(log, `mse: ${line}\n`, { mode: 0o600 })
  } catch {
    // there is nobody else to tell
  }
}
