import { mkdir, readFile, readlink, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MseError } from '../error.ts'
import { replaceFile } from '../state/files.ts'
import { unitMark } from './unit.ts'

/** One file or link, and what becomes of it. */
export interface Change {
  readonly path: string
  readonly change: 'written' | 'replaced' | 'unchanged' | 'removed' | 'absent'
}

/** The files of a unit: itself, and the link that enables it, as `systemctl --user enable` makes it. */
export function unitFiles(configHome: string, name: string): { readonly unit: string; readonly link: string } {
  const units = join(configHome, 'systemd/user')
  return { unit: join(units, name), link: join(units, 'default.target.wants', name) }
}

/**
 * Writes a unit and enables it, as far as that is not done already.
 *
 * @param dryRun says what would be done, and does nothing
 * @throws MseError `state/other-unit` if there is another unit of the name
 */
export async function installUnit(configHome: string, name: string, text: string, dryRun: boolean): Promise<Change[]> {
  const { unit, link } = unitFiles(configHome, name)
  const before = await ours(unit)
  const linked = await readlink(link).catch(() => undefined)
  const content: Change['change'] = before === undefined ? 'written' : before === text ? 'unchanged' : 'replaced'
  const changes: Change[] = [
    { path: unit, change: content },
    { path: link, change: linked === unit ? 'unchanged' : 'written' },
  ]
  if (dryRun) return changes
  await mkdir(dirname(link), { recursive: true })
  if (content !== 'unchanged') await replaceFile(unit, text, 0o644)
  if (linked !== unit) {
    await rm(link, { force: true })
    await symlink(unit, link)
  }
  return changes
}

/** Removes what {@link installUnit} made. @throws MseError `state/other-unit` */
export async function uninstallUnit(configHome: string, name: string, dryRun: boolean): Promise<Change[]> {
  const { unit, link } = unitFiles(configHome, name)
  const isThere = (await ours(unit)) !== undefined
  const isLinked = (await readlink(link).catch(() => undefined)) !== undefined
  if (!dryRun) for (const path of [link, unit]) await rm(path, { force: true })
  return [
    { path: link, change: isLinked ? 'removed' : 'absent' },
    { path: unit, change: isThere ? 'removed' : 'absent' },
  ]
}

async function ours(unit: string): Promise<string | undefined> {
  const text = await readFile(unit, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined || text.startsWith(unitMark)) return text
  throw new MseError('state/other-unit', `${unit} was not written by mse`, {
    expected: unitMark,
    found: text.split('\n')[0]?.slice(0, 80) ?? '',
    next: `Look at it, and move it out of the way: mv ${unit} ${unit}.old`,
  })
}
