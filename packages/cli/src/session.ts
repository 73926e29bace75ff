import { folders } from '@mse/core/state/paths'
import { sweep } from '@mse/core/stop/sweep'
import type { Session } from '@mse/core/session'
import type { Context } from './command.ts'

/** What the stages of core get from a command; what a killed command left behind is removed first. */
export async function startSession({ env, now, signal, terminal }: Context): Promise<Session> {
  const session: Session = {
    folders: folders(env),
    env,
    signal,
    now,
    async phase(name, title, work) {
      signal.throwIfAborted()
      return terminal.phase(name, title, work)
    },
    warn: (text) => terminal.warn(text),
  }
  await sweep(session.folders, now())
  return session
}
