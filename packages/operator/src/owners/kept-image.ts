import type { Image } from '@mse/core/oci/layout/open-image'
import { readJson, replaceFile } from '@mse/core/state/files'
import { appFolder } from '@mse/core/state/paths'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { OwnerFolders } from './operator-folders.ts'

/** What an application was started from, and what it may use: what quotas and the deletion of blobs go by. */
export interface KeptImage {
  readonly name: string
  /** Of the manifest. */
  readonly image: string
  readonly blobs: readonly string[]
  /** Bytes; of storage, the package beside what is stored. */
  readonly hardware: number
  readonly storage: number
}

/** The manifest, the configuration and the layers, each once. */
export function blobsOf({ digest, manifest }: Pick<Image, 'digest' | 'manifest'>): string[] {
  return [...new Set([digest, manifest.config.digest, ...manifest.layers.map((layer) => layer.digest)])]
}

export async function keepImage(owner: OwnerFolders, kept: KeptImage): Promise<void> {
  return changing(owner, async () => {
    await mkdir(owner.images, { recursive: true, mode: 0o700 })
    await replaceFile(path(owner, kept.name), JSON.stringify(kept))
  })
}

export async function keptImage(owner: OwnerFolders, name: string): Promise<KeptImage | undefined> {
  return readJson<KeptImage>(path(owner, name))
}

export async function forgetImage(owner: OwnerFolders, name: string): Promise<void> {
  return changing(owner, () => rm(path(owner, name), { force: true }))
}

/** Of owners whose images were all read since one was changed: only the service of this process changes them. */
const known = new WeakMap<OwnerFolders, Promise<KeptImage[]>>()

/** All of an owner. Read once, and again after a change: a quota asks for them with every launch. */
export async function keptImages(owner: OwnerFolders): Promise<KeptImage[]> {
  const images = known.get(owner) ?? readImages(owner)
  known.set(owner, images)
  images.catch(() => known.delete(owner))
  return images
}

/** What is read while `work` goes on is right for whoever has asked, and not for the next one. */
async function changing(owner: OwnerFolders, work: () => Promise<void>): Promise<void> {
  known.delete(owner)
  await work().finally(() => known.delete(owner))
}

async function readImages(owner: OwnerFolders): Promise<KeptImage[]> {
  const names = await readdir(owner.images).catch(() => [])
  const read = names
    .filter((name) => name.endsWith('.json'))
    .map((name) => readJson<KeptImage>(join(owner.images, name)))
  return (await Promise.all(read)).filter((one) => one !== undefined)
}

function path(owner: OwnerFolders, name: string): string {
  return join(owner.images, `${basename(appFolder(owner.folders, name))}.json`)
}
