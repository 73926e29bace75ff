import { stat } from 'node:fs/promises'
import { MseError } from '../error.ts'

/**
 * @param wanted mode that the file or folder should have
 * @throws MseError `owner/key-permissions` when others than its user could read it
 */
export async function refuseWide(path: string, wanted: number): Promise<void> {
  const { mode } = await stat(path)
  if ((mode & 0o077) === 0) return
  throw new MseError('owner/key-permissions', `other users can reach the keys in ${path}`, {
    expected: `mode ${wanted.toString(8)}`,
    found: `mode ${(mode & 0o777).toString(8)}`,
    next: `chmod ${wanted.toString(8)} ${path}`,
  })
}
