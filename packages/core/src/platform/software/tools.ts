import { accessSync, constants, existsSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { MseError } from '../../error.ts'

/** A program that the software enclave runs, and the package of Debian and Ubuntu that has it. */
export interface Tool {
  readonly program: string
  readonly debian: string
  readonly use: string
  /** What makes it say its version. */
  readonly version: string
}

export const tools: readonly Tool[] = [
  { program: 'bwrap', debian: 'bubblewrap', use: 'the sandbox', version: '--version' },
  { program: 'gocryptfs', debian: 'gocryptfs', use: 'encrypted storage', version: '-version' },
  { program: 'fuse2fs', debian: 'fuse2fs', use: 'storage of limited size', version: '-V' },
  { program: 'fusermount3', debian: 'fuse3', use: 'mounting storage', version: '--version' },
  { program: 'mke2fs', debian: 'e2fsprogs', use: 'storage of limited size', version: '-V' },
  { program: 'e2fsck', debian: 'e2fsprogs', use: 'storage after a crash', version: '-V' },
  { program: 'unshare', debian: 'util-linux', use: 'namespaces', version: '--version' },
  { program: 'flock', debian: 'util-linux', use: 'one supervisor for each application', version: '--version' },
  { program: 'prlimit', debian: 'util-linux', use: 'limits', version: '--version' },
]

/** The path that tools are looked for on: mke2fs lies where an ordinary user's path does not lead. */
export function toolPath(path: string = process.env['PATH'] ?? '/usr/bin:/bin'): string {
  return [...path.split(delimiter), '/usr/sbin', '/sbin'].join(delimiter)
}

/** Where a program lies on that path, or undefined. */
export async function findTool(program: string, path?: string): Promise<string | undefined> {
  for (const folder of toolPath(path).split(delimiter)) {
    const candidate = join(folder, program)
    try {
      await access(candidate, constants.X_OK)
      return candidate
    } catch {
      // the next folder
    }
  }
  return undefined
}

/** The one command that installs what is missing. */
export function installCommand(missing: readonly Tool[]): string {
  const packages = [...new Set(missing.map((tool) => tool.debian))].toSorted().join(' ')
  return `sudo apt-get install --yes --no-install-recommends ${packages}`
}

/** @throws MseError `environment/tools` or `environment/fuse`, with the command that mends it; `diagnose` looks at more */
export async function requireTools(): Promise<void> {
  const found = await Promise.all(tools.map(({ program }) => findTool(program)))
  const missing = tools.filter((_, at) => found[at] === undefined)
  if (missing.length === 0) return requireFuse()
  const names = missing.map((tool) => tool.program).join(', ')
  throw new MseError('environment/tools', `the software enclave needs programs that are not installed: ${names}`, {
    next: installCommand(missing),
  })
}

function requireFuse(): void {
  const { detail, fix } = fuseAccess()
  if (fix !== undefined) {
    throw new MseError('environment/fuse', `encrypted storage needs /dev/fuse: ${detail}`, { next: fix })
  }
}

/** Whether this user may open /dev/fuse, and what mends it. */
export function fuseAccess(): { readonly detail: string; readonly fix?: string } {
  if (!existsSync('/dev/fuse')) return { detail: 'it is not there', fix: 'sudo modprobe fuse' }
  try {
    accessSync('/dev/fuse', constants.R_OK | constants.W_OK)
    return { detail: 'readable and writable' }
  } catch {
    return { detail: 'this user may not open it', fix: 'sudo chmod 666 /dev/fuse' }
  }
}
