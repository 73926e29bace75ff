import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Builder } from './dwelling.ts'
import { startSandbox } from './sandbox.ts'
import { mountImage, mountStorage, storageKey } from './storage.ts'

/** A sandbox of bubblewrap with encrypted storage of limited size. */
export const encryptedDwelling: Builder = {
  kind: () => 0,
  begin(files, plan) {
    const image = mountImage(files, plan.storage)
    image.catch(() => undefined)
    return async ({ artefact, fingerprint, identity }) => {
      const mounted = await mountStorage(files, await image, storageKey(identity.secret, fingerprint, plan.instance))
      return {
        start: (doors) => startSandbox(files, plan, artefact.index.configuration.argv, doors),
        isProvisioned: () => existsSync(join(files.plain, 'key', 'provisioned.json')),
        async storage() {
          const { blocks, bfree, bsize } = await statfs(files.plain)
          return { used: (blocks - bfree) * bsize, limit: blocks * bsize }
        },
        ended: mounted.ended,
        async close(end) {
          if (end === 'halt' || typeof end !== 'string') await mounted.unmount()
        },
      }
    }
  },
}
