import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { engineSockets } from '../platform/container/engine/engine-sockets.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Where mse keeps things, after the XDG Base Directory Specification (spec/6-state.md). */
export interface Folders {
  /** Keys of the owner. */
  readonly config: string
  /** One folder per application, and the software platform. */
  readonly state: string
  /** What can be made again: locks of requirements, installed dependencies. */
  readonly cache: string
  /** Sockets where a container engine may listen, in the order in which they are tried. */
  readonly engines: readonly string[]
}

export function folders(env: Environment): Folders {
  const home = env['HOME'] || homedir()
  return {
    config: join(absolute(env['XDG_CONFIG_HOME']) ?? join(home, '.config'), 'mse'),
    state: join(absolute(env['XDG_STATE_HOME']) ?? join(home, '.local', 'state'), 'mse'),
    cache: join(absolute(env['XDG_CACHE_HOME']) ?? join(home, '.cache'), 'mse'),
    engines: engineSockets(env, process.getuid?.()),
  }
}

/** The specification has relative paths ignored. */
function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined
}

/** The lock of one application lies beside its folder, so that the folder can be removed under the lock. */
export function lockPath(folder: string): string {
  return `${folder}.lock`
}

/** The folder of one application: a slug that people recognise and 8 hex digits that tell names apart. */
export function appFolder(folder: Folders, name: string): string {
  const digits = createHash('sha256').update(name).digest('hex').slice(0, 8)
  return join(folder.state, 'apps', [slugOf(name), digits].filter((part) => part !== '').join('-'))
}

/** A name as people recognise it, of lower-case letters, digits and `-`, at most 40; empty if there is nothing of them in it. */
export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40)
}
