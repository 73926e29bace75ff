import { generateKeyPairSync } from 'node:crypto'
import { encodeIndex, type Index, type MeasuredConfiguration } from '../package/index-file.ts'
import type { IndexedPackage } from '../platform/platform.ts'
import { exampleIndex, sha256 } from './write-package.ts'

const owner = generateKeyPairSync('ed25519').privateKey

/** The index of a package for an SGX base, with these files and this of its configuration changed. */
export function exampleSgxPackage(
  base: string | null,
  paths: readonly string[] = ['code/app.py.age', 'launcher/__main__.py'],
  configuration: Partial<MeasuredConfiguration> = {},
): IndexedPackage {
  const files = paths.map((path) => ({ path, size: path.length, mode: '0644' as const, sha256: sha256(path) }))
  const example = exampleIndex(owner, files)
  const index: Index = { ...example, base, configuration: { ...example.configuration, ...configuration } }
  return { index, indexBytes: encodeIndex(index) }
}
