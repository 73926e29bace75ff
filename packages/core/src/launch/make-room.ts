import type { Platform } from '../platform/platform.ts'
import type { Session } from '../session.ts'
import { requireStartable, type Launchable } from './launch-app.ts'
import type { LaunchOptions } from './launch-options.ts'
import type { Before } from './launched.ts'
import { findPlace } from './place.ts'

/** An enclave that waits cannot serve beside another: what runs is stopped, once all that can be known to fail was asked. */
export async function makeRoom(
  session: Session,
  { artefact, interpreter }: Launchable,
  platform: Platform,
  options: LaunchOptions,
  before: Before,
): Promise<void> {
  requireStartable(session, artefact, interpreter, options)
  await platform.admit(artefact)
  await findPlace(before, artefact, options)
  await before.running.stop()
}
