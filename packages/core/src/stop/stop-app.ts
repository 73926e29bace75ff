import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { choosePlatform } from '../platform/platforms.ts'
import type { Session } from '../session.ts'
import { findApp, homeOf } from '../state/app.ts'
import { withLock } from '../state/lock.ts'
import { lockPath } from '../state/paths.ts'

/**
 * Stops an application: no process, no mount and no ciphertext of it is left. Its record and its log stay, unless `remove`.
 *
 * @returns whether it was running
 */
export async function stopApp(session: Session, name: string, remove: boolean): Promise<boolean> {
  const found = await findApp(session.folders, name)
  const home = homeOf(found.folder)
  return withLock(lockPath(home), () =>
    session.phase('stop', `stop ${name} and delete its storage`, async () => {
      const { folder, app } = await findApp(session.folders, name)
      const running = choosePlatform(app.platform, session.folders).attach(folder)
      const alive = await running.isAlive()
      await running.stop()
      await rm(join(folder, 'certificate.pem'), { force: true })
      if (remove) await rm(home, { recursive: true, force: true })
      return alive
    }),
  )
}
