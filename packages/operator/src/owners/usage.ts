import { MseError } from '@mse/core/error'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Quota } from '../api/shapes.ts'
import { keptImages } from './kept-image.ts'
import type { OwnerFolders } from './operator-folders.ts'

/** What an owner uses of each thing that there is a quota of; one application can be left out. */
export async function usageOf(owner: OwnerFolders, without?: string): Promise<Quota> {
  const kept = (await keptImages(owner)).filter(({ name }) => name !== without)
  const sum = (of: (one: (typeof kept)[number]) => number): number => kept.reduce((total, one) => total + of(one), 0)
  const stored = await Promise.all([sizeOf(owner.blobs), sizeOf(owner.uploads)])
  return {
    applications: kept.length,
    memory: sum(({ hardware }) => hardware),
    storage: sum(({ storage }) => storage) + stored[0] + stored[1],
  }
}

/** @throws MseError `operator/quota` when `more` does not fit beside what is used */
export function requireQuota(quota: Quota, used: Quota, more: Partial<Quota>): void {
  for (const kind of ['applications', 'memory', 'storage'] as const) {
    const wanted = used[kind] + (more[kind] ?? 0)
    if (more[kind] === undefined || wanted <= quota[kind]) continue
    throw new MseError('operator/quota', `that is more ${words[kind]} than this token is good for`, {
      expected: `at most ${quota[kind]}`,
      found: `${wanted}`,
      next: 'mse whoami shows what is used; mse remove NAME --operator URL makes room, or ask the operator for more.',
    })
  }
}

const words = { applications: 'applications', memory: 'bytes of memory', storage: 'bytes of storage' } as const

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => [])
  const sizes = names.map((name) =>
    stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
