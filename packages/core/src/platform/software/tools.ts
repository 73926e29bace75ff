import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { MseError } from '../../error.ts'

/** A program that the software enclave runs, and the package of Debian and Ubuntu that has it. */
export interface Tool {
  readonly program: string
  readonly debian: string
  readonly use: string
}

export const tools: readonly Tool[] = [
  { program: 'bwrap', debian: 'bubblewrap', use: 'the sandbox' },
  { program: 'gocryptfs', debian: 'gocryptfs', use: 'encrypted storage' },
  { program: 'fuse2fs', debian: 'fuse2fs', use: 'storage of limited size' },
  { program: 'fusermount3', debian: 'fuse3', use: 'mounting storage' },
  { program: 'mke2fs', debian: 'e2fsprogs', use: 'storage of limited size' },
  { program: 'unshare', debian: 'util-linux', use: 'namespaces' },
  { program: 'flock', debian: 'util-linux', use: 'one supervisor for each application' },
  { program: 'prlimit', debian: 'util-linux', use: 'limits' },
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

/** @throws MseError `environment/tools` that names what is missing and the command that installs it */
export async function requireTools(): Promise<void> {
  const found = await Promise.all(tools.map(({ program }) => findTool(program)))
  const missing = tools.filter((_, at) => found[at] === undefined)
  if (missing.length === 0) return
  const names = missing.map((tool) => tool.program).join(', ')
  throw new MseError('environment/tools', `the software enclave needs programs that are not installed: ${names}`, {
    next: installCommand(missing),
  })
}
