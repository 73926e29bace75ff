import { readJson, replaceFile } from '@mse/core/state/files'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { OwnerFolders } from '../owners/operator-folders.ts'

/** Where a launch answers that its owner has not decided on. */
interface Waiting {
  readonly port: number
}

/** Has a launch reached at `<instance>.<the owner's domain>` as long as `work` takes. */
export async function withName<T>(
  { waiting }: OwnerFolders,
  instance: string,
  port: number,
  work: () => Promise<T>,
): Promise<T> {
  const path = pathOf(waiting, instance)
  const where: Waiting = { port }
  await mkdir(waiting, { recursive: true, mode: 0o700 })
  await replaceFile(path, JSON.stringify(where))
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

/** @param instance checked: 32 hex digits */
export async function waitingPort({ waiting }: OwnerFolders, instance: string): Promise<number | undefined> {
  return (await readJson<Waiting>(pathOf(waiting, instance)))?.port
}

function pathOf(waiting: string, instance: string): string {
  return join(waiting, `${instance}.json`)
}
