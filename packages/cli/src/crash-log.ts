import { mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { version } from './version.ts'

interface Crash {
  readonly command: string | null
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now: Date
}

/** Keeps the trace of a bug where only the user reads it. Neither arguments nor environment are written. */
export function writeCrashLog(error: unknown, { command, env, now }: Crash): string {
  const state = env['XDG_STATE_HOME'] || join(env['HOME'] ?? homedir(), '.local', 'state')
  const folder = join(state, 'mse')
  const path = join(folder, `crash-${now.toISOString().replace(/[:.]/g, '-')}-${process.pid}.log`)
  const about = `mse ${version()}, node ${process.version}, ${process.platform} ${process.arch}, command ${command ?? 'none'}`
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(path, `${now.toISOString()}\n${about}\n\n${trace(error)}\n`, { mode: 0o600, flag: 'wx' })
    return path
  } catch (problem) {
    return `${path}, which could not be written: ${problem instanceof Error ? problem.message : String(problem)}`
  }
}

function trace(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${typeof error}`
  const cause = error.cause === undefined ? '' : `\ncaused by ${trace(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}
