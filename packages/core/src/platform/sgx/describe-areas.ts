import type { MeasuredPart } from '../platform.ts'
import type { Area, AreaName } from './measure/layout.ts'

const contents: Readonly<Record<AreaName, string>> = {
  manifest: 'the manifest',
  ssa: 'zeros, where the processor saves the state of each thread',
  tcs: 'where each thread enters',
  tls: 'what each thread knows of itself',
  stack: 'zeros, the stack of each thread',
  sig_stack: 'zeros, the stack of each thread for signals',
  pal: 'Gramine’s loader, from the base',
  free: 'memory: that it is there is measured, not what is in it',
}

/** The areas of an enclave as people read them, equal ones together. */
export function describeAreas(areas: readonly Area[], manifest: string): MeasuredPart[] {
  const sizes = new Map<AreaName, number>()
  for (const { name, size } of areas) sizes.set(name, (sizes.get(name) ?? 0) + size)
  return [...sizes].map(([name, size]) => ({
    name,
    size,
    content: name === 'manifest' ? `${contents.manifest}: ${describeManifest(manifest)}` : contents[name],
  }))
}

function describeManifest(manifest: string): string {
  const files = manifest.match(/^\[\[sgx\.trusted_files\]\]$/gm)?.length ?? 0
  return `configuration, and ${files} files of package and base by their SHA-256`
}
