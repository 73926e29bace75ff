import type { CollateralChoice } from '@mse/core/attest/collateral/settings'
import { existsSync } from 'node:fs'
import { folders } from '@mse/core/state/paths'
import type { Session } from '@mse/core/session'
import { collateralSettings } from './collateral-arguments.ts'
import type { Context } from './command.ts'

/** What commands that judge no evidence leave out. */
const intel: CollateralChoice = { pccsPin: [], offline: false, collateralTimeout: 30 }

/**
 * What the stages of core get from a command; what a killed command left behind is removed first.
 *
 * @param collateral where to get it, of a command that takes `collateralArguments`
 * @throws MseError `usage/bad-value`, `usage/conflict`
 */
export async function startSession(
  { env, now, signal, terminal, rootsForTesting }: Context,
  collateral: CollateralChoice = intel,
): Promise<Session> {
  const session: Session = {
    folders: folders(env),
    env,
    signal,
    now,
    collateral: collateralSettings(collateral),
    rootsForTesting,
    async phase(name, title, work) {
      signal.throwIfAborted()
      return terminal.phase(name, title, work)
    },
    warn: (text) => terminal.warn(text),
  }
  // Who has never launched anything has nothing to sweep.
  if (existsSync(session.folders.state)) await (await import('@mse/core/stop/sweep')).sweep(session.folders, now())
  return session
}
