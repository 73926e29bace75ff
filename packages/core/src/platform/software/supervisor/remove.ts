import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import type { Layout } from '../layout.ts'

/**
 * Removes an enclave that nobody wants any more, its folder included, from inside its own namespaces. Its processes end with
 * the supervisor, which is their init process.
 */
export function removeEnclave(files: Layout): void {
  spawnSync('umount', ['--lazy', files.plain, files.cipher], { stdio: 'ignore' })
  rmSync(files.folder, { recursive: true, force: true })
}
