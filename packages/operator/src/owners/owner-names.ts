import { readdir } from 'node:fs/promises'
import * as v from 'valibot'
import { ownerName } from '../api/shapes.ts'
import type { OperatorFolders } from './operator-folders.ts'

/** Every owner that has a folder here. */
export async function ownerNames({ owners }: OperatorFolders): Promise<string[]> {
  const names = await readdir(owners).catch(() => [])
  return names.filter((name) => v.is(ownerName, name)).toSorted()
}
