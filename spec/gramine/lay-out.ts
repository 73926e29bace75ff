import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TreeEntry } from './case.ts'

/**
 * Where a case's files are: its own folder if all of them lie there, else a new one that they are written into. Names with line
 * ends and quotes do not survive every way of copying a folder.
 *
 * @param scratch a folder for new ones
 */
export function layOut(folder: string, tree: string, scratch: string): string {
  if (!existsSync(join(folder, tree))) return folder
  const entries = JSON.parse(readFileSync(join(folder, tree), 'utf8')) as readonly TreeEntry[]
  if (entries.every((entry) => isThere(join(folder, entry.path)))) return folder
  const made = mkdtempSync(join(scratch, 'case-'))
  for (const entry of entries) write(join(made, entry.path), entry)
  return made
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

function write(path: string, { path: _, text, base64, symlink, ...unknown }: TreeEntry): void {
  if (Object.keys(unknown).length > 0)
    throw new Error(`a tree with ${Object.keys(unknown).join(', ')} is not understood`)
  mkdirSync(dirname(path), { recursive: true })
  if (symlink !== undefined) symlinkSync(symlink, path)
  else writeFileSync(path, text ?? Buffer.from(base64 ?? '', 'base64'))
}
