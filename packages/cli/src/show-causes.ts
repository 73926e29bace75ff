import type { Cause } from '@mse/core/fingerprint/cause'
import { causes } from '@mse/core/fingerprint/causes'
import type { Index } from '@mse/core/package/index-file'
import type { Result } from './command.ts'

/** Why two packages have different fingerprints: a line for each cause, or `identical`. */
export function differenceResult(one: Index, other: Index): Result {
  const found = causes(one, other)
  const text = found.length === 0 ? 'identical' : found.map(line).join('\n')
  return { text, data: { identical: found.length === 0, causes: found } }
}

function line({ kind, name, before, after }: Cause): string {
  const what = kind === name ? kind : `${kind} ${name}`
  if (before === undefined) return `${what}: added${shown(kind, after)}`
  if (after === undefined) return `${what}: removed${shown(kind, before)}`
  return kind === 'code' || kind === 'launcher' || before.includes('SHA-256')
    ? `${what}: changed`
    : `${what}: ${before} → ${after}`
}

/** Hashes of files say nothing to people; versions and values do. */
function shown(kind: Cause['kind'], value: string | undefined): string {
  return kind === 'code' || kind === 'launcher' || value?.includes('SHA-256') ? '' : `, ${value ?? ''}`
}
