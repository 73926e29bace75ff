import type { Folders } from '@mse/core/state/paths'
import { join } from 'node:path'

/** Where an operator service keeps what it has (spec/8-operator-api.md, "State"). */
export interface OperatorFolders {
  readonly root: string
  /** Of the machine, where containers run. */
  readonly engines: readonly string[]
  readonly tokens: string
  readonly owners: string
  readonly key: string
  readonly certificate: string
}

export function operatorFolders({ state, engines }: Folders): OperatorFolders {
  const root = join(state, 'operator')
  return {
    root,
    engines,
    tokens: join(root, 'tokens'),
    owners: join(root, 'owners'),
    key: join(root, 'tls-key.pem'),
    certificate: join(root, 'tls-certificate.pem'),
  }
}

/** What belongs to one owner. No two owners share a folder, a blob or a lock. */
export interface OwnerFolders {
  /** As stages of core know them. */
  readonly folders: Folders
  /** Blobs that have arrived wholly, by the hex of their digest. */
  readonly blobs: string
  /** Blobs that are arriving. */
  readonly uploads: string
  /** One record for each application: the image that it was started from. */
  readonly images: string
  /** Where launches answer that their owner has not decided on, for who forwards names. */
  readonly waiting: string
}

/** @param owner checked: `ownerName` */
export function ownerFolders({ owners, engines }: OperatorFolders, owner: string): OwnerFolders {
  const home = join(owners, owner)
  return {
    folders: { config: join(home, 'config'), state: home, cache: join(home, 'cache'), engines },
    blobs: join(home, 'blobs'),
    uploads: join(home, 'uploads'),
    images: join(home, 'images'),
    waiting: join(home, 'waiting'),
  }
}
