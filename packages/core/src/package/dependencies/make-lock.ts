import type { ResolvedPackage } from './compare-hashes.ts'
import { roots, writeLock, type LockedPackage } from './lock.ts'
import { meaning, type Requirements } from './requirements.ts'
import { resolveRequirements } from './resolve.ts'
import type { Target } from './target.ts'
import type { Workshop } from './workshop.ts'

export interface LockWishes {
  readonly target: Target
  /** Full version of the CPython that will compile; null: no byte code. */
  readonly byteCode: string | null
  /** Versions to keep if they go together with the requirements. */
  readonly keep: readonly LockedPackage[]
}

/** Resolves the requirements and writes down what was chosen, and why it is there. */
export async function makeLock(read: Requirements, wishes: LockWishes, workshop: Workshop): Promise<string> {
  const resolved = await resolveRequirements(read, wishes.keep, workshop)
  const packages = resolved.map(({ name, version, sha256 }) => ({
    name,
    version,
    sha256,
    via: via(name, read, resolved),
  }))
  const { target, byteCode } = wishes
  return writeLock({ target, byteCode, requirements: meaning(read), packages })
}

function via(name: string, read: Requirements, resolved: readonly ResolvedPackage[]): string[] {
  const asked = read.requirements.filter((line) => line.name === name).map((line) => roots[line.origin])
  const needed = resolved.filter((other) => other.needs.includes(name)).map((other) => other.name)
  return [...new Set([...asked.toSorted(), ...needed.toSorted()])]
}
