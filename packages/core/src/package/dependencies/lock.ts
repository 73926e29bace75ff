import { MseError } from '../../error.ts'
import { describeTarget, type Target } from './target.ts'

/** One wheel of a resolution. */
export interface LockedPackage {
  /** Normalised. */
  readonly name: string
  readonly version: string
  /** Of the wheel, hex. */
  readonly sha256: string
  /** What asks for it, sorted: names of other packages, `requirements.txt`, `the launcher`. */
  readonly via: readonly string[]
}

/** What requirements.lock says (spec/2-package.md, "requirements.lock"); the tree follows from it and from nothing else. */
export interface Lock {
  readonly target: Target
  /** Full version of the CPython that compiles, `3.11.7`; null: there is no byte code. */
  readonly byteCode: string | null
  /** SHA-256 of what the requirements mean, hex. */
  readonly requirements: string
  /** Sorted by name. */
  readonly packages: readonly LockedPackage[]
}

/** A lock and its exact text, which is packaged and measured. */
export interface LockFile extends Lock {
  readonly text: string
}

/** How `via` names the two that are not packages. */
export const roots = { application: 'requirements.txt', launcher: 'the launcher' } as const

/** The text of a lock: pip can install it, and it names no index and no address. */
export function writeLock({ target, byteCode, requirements, packages }: Lock): string {
  const lines = packages.map(
    ({ name, version, sha256, via }) => `${name}==${version} --hash=sha256:${sha256}  # for ${via.join(', ')}\n`,
  )
  return `# Wheels for ${describeTarget(target)}. Made by mse lock, not to be edited.
# byte code: ${byteCode === null ? 'none' : `CPython ${byteCode}`}
# requirements: sha256:${requirements}
${lines.toSorted().join('')}`
}

const heading =
  /^# Wheels for CPython (3\.\d+) on .*\n# byte code: (none|CPython (3\.\d+\.\w+))\n# requirements: sha256:([0-9a-f]{64})\n/
const row = /^(\S+)==(\S+) --hash=sha256:([0-9a-f]{64}) {2}# for (\S.*)$/

/** Reads a lock, whole to the last line; undefined if it is none. A power cut or a merge can leave a part of one. */
export function readLock(text: string): LockFile | undefined {
  const [head = '', python = '', , version, requirements = ''] = heading.exec(text) ?? []
  const lines = text.slice(head.length).split('\n')
  const packages = lines.slice(0, -1).map((line): LockedPackage | undefined => {
    const [, name, said, sha256, via] = row.exec(line) ?? []
    return name && said && sha256 && via ? { name, version: said, sha256, via: via.split(', ') } : undefined
  })
  const lock: Lock = {
    target: { python },
    byteCode: version ?? null,
    requirements,
    packages: packages.filter((one) => one !== undefined),
  }
  // Written again it is the same text: nothing is in it that was not understood, another platform in the first line included.
  return head !== '' && packages.length > 0 && writeLock(lock) === text ? { ...lock, text } : undefined
}

/**
 * The lock that a project has committed.
 *
 * @throws MseError `dependencies/lock` unless it is one, `dependencies/lock-stale` when it was made for other requirements or
 * another Python
 */
export function obeyLock(text: string, requirements: string, python: string | undefined): LockFile {
  const lock = readLock(text)
  if (lock === undefined) {
    throw new MseError('dependencies/lock', 'requirements.lock is damaged, edited, or of another version of mse', {
      next: 'mse lock',
    })
  }
  if (python !== undefined && python !== lock.target.python) {
    throw stale(
      'was made for another Python than mse.toml asks for',
      `Python ${python}`,
      `Python ${lock.target.python}`,
    )
  }
  if (lock.requirements !== requirements) {
    throw stale(
      'was made for other requirements: those of the application have changed, or the launcher’s',
      `SHA-256 ${requirements}`,
      `SHA-256 ${lock.requirements}`,
    )
  }
  return lock
}

function stale(reason: string, expected: string, found: string): MseError {
  return new MseError('dependencies/lock-stale', `requirements.lock ${reason}`, { expected, found, next: 'mse lock' })
}

/** Why a locked package is there: from itself up to what was asked for directly. */
export function wayTo(name: string, packages: readonly LockedPackage[], seen: readonly string[] = []): string[] {
  if (seen.includes(name)) return []
  const via = packages.find((one) => one.name === name)?.via ?? []
  return [name, ...via.flatMap((other) => wayTo(other, packages, [...seen, name]))]
}
