import { appendFileSync } from 'node:fs'

/** Adds a line of the supervisor's own to the log of the application. */
export function logLine(log: string, line: string): void {
  appendFileSync(log, `mse: ${line}\n`, { mode: 0o600 })
}
