import type { NamedFingerprint } from '@mse/core/fingerprint/fingerprints'
import { layerNames, layerOf } from '@mse/core/package/image/layers'
import type { IndexedPackage } from '@mse/core/platform/platform'
import { readableSize } from './readable-size.ts'
import type { Terminal } from './terminal.ts'

/** What was measured, in the order in which it is, and what stands behind the index. */
export function explain(terminal: Terminal, { index }: IndexedPackage, found: readonly NamedFingerprint[]): void {
  for (const { kind, parts, unmeasured } of found) {
    terminal.say(`${kind}, in this order:`)
    for (const { name, size, content } of parts) terminal.say(`  ${name}, ${readableSize(size)}: ${content}`)
    for (const what of unmeasured) terminal.say(`  not measured: ${what}`)
  }
  terminal.say('index.json:')
  for (const [key, value] of Object.entries(index.configuration)) terminal.say(`  ${key} ${JSON.stringify(value)}`)
  for (const key of ['python', 'base', 'owner'] as const) terminal.say(`  ${key} ${JSON.stringify(index[key])}`)
  for (const layer of layerNames) {
    const files = index.files.filter(({ path }) => layerOf(path) === layer)
    const size = files.reduce((sum, file) => sum + file.size, 0)
    terminal.say(`  ${layer}: ${files.length} files, ${readableSize(size)}`)
  }
}
