import { MseError } from '../../error.ts'
import { refusal } from './requirement-line.ts'
import type { Requirements } from './requirements.ts'

/** One wheel that was chosen. */
export interface ResolvedPackage {
  /** Normalised. */
  readonly name: string
  readonly version: string
  /** Of the wheel, hex. */
  readonly sha256: string
  /** What it depends on in the target: normalised names. */
  readonly needs: readonly string[]
}

/**
 * Hashes in requirements.txt are its author's list of what may be installed. pip cannot compare them here, because it
 * would want hashes of the launcher's packages as well; those alone may come without.
 */
export function compareHashes(packages: readonly ResolvedPackage[], read: Requirements): void {
  const listed = new Map(read.requirements.filter((line) => line.hashes.length > 0).map((line) => [line.name, line]))
  if (listed.size === 0) return
  const free = neededByLauncher(packages, read)
  for (const { name, version, sha256 } of packages) {
    const line = listed.get(name)
    if (line === undefined && !free.has(name)) {
      throw new MseError('dependencies/hash-missing', `requirements.txt lists hashes, but none of ${name} ${version}`, {
        next: `add the line ${name}==${version} --hash=sha256:… if it should be installed`,
      })
    }
    if (line !== undefined && !line.hashes.includes(sha256)) {
      throw refusal('hash-mismatch', line, `the wheel of ${version} for this machine has none of the hashes listed`, {
        expected: line.hashes.join(' or '),
        found: sha256,
        next: 'find out why the wheel is another one; if it is right, add its hash to the line',
      })
    }
  }
}

function neededByLauncher(packages: readonly ResolvedPackage[], read: Requirements): Set<string> {
  const names = new Set(read.requirements.filter((line) => line.origin === 'launcher').map((line) => line.name))
  const needs = new Map(packages.map((one) => [one.name, one.needs]))
  // What is added to a set while it is walked through is walked through as well.
  for (const name of names) for (const need of needs.get(name) ?? []) names.add(need)
  return names
}
