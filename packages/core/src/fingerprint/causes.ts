import { differences, type Difference } from '../package/first-difference.ts'
import type { Index } from '../package/index-file.ts'
import type { Cause } from './cause.ts'
import { changedDependencies } from './changed-dependencies.ts'

/** All causes, in the order: configuration, Python, base, owner, code, dependencies, launcher. Empty if the two are the same. */
export function causes(one: Index, other: Index): Cause[] {
  const all = [...differences(one, other)].flatMap((difference) => causeOf(difference) ?? [])
  return [...all, ...changedDependencies(one, other)].toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
}

const order: readonly Cause['kind'][] = [
  'format',
  'configuration',
  'python',
  'base',
  'owner',
  'code',
  'dependency',
  'launcher',
]

/** Undefined for what comes from the dependencies: their files are looked at together. */
function causeOf({ name, expected: before, found: after }: Difference): Cause | undefined {
  const values = { before, after }
  if (name.startsWith('configuration.')) return { kind: 'configuration', name: name.slice(14), ...values }
  if (name === 'python' || name === 'base' || name === 'owner') return { kind: name, name, ...values }
  if (name === 'schema') return { kind: 'format', name, ...values }
  if (name.startsWith('code/')) return { kind: 'code', name: name.slice(5).replace(/\.age$/, ''), ...values }
  return name.startsWith('launcher/') ? { kind: 'launcher', name: name.slice(9), ...values } : undefined
}
