import type { Session } from '../session.ts'
import { folders } from '../state/paths.ts'

/** A session of a user whose home is that folder, that says nothing. */
export function exampleSession(home: string, change: Partial<Session> = {}): Session {
  return {
    folders: folders({ HOME: home }),
    env: { ...process.env, HOME: home },
    signal: new AbortController().signal,
    now: () => new Date(),
    collateral: { pccs: undefined, pins: [], offline: true, timeout: 1000 },
    phase: (_name, _title, work) => work(() => undefined),
    warn: () => undefined,
    ...change,
  }
}
