import type { Table } from '../toml/value.ts'
import { writeDocument } from '../toml/write-document.ts'
import { hashEntrypoint, type Libos } from './hash-entrypoint.ts'
import { hashFiles, type HashFiles } from './hash-files.ts'
import { insertDefaults } from './insert-defaults.ts'
import { readManifest } from './read-manifest.ts'
import { expandTrustedFiles, type Place } from './trusted-files.ts'

export interface ExpansionOptions extends Place {
  /** Gramine's own library operating system, which manifests load unless they name another. */
  readonly libos: Libos
  /** How files are hashed; without it, all of them, now. */
  readonly hash?: HashFiles
}

/**
 * What `gramine-sgx-sign` makes of a manifest, byte for byte: defaults written out, folders expanded, every file with its hash.
 * These bytes are measured. Expanding them again changes nothing.
 *
 * @returns the content of `.manifest.sgx`
 * @throws MseError `manifest/*`
 */
export async function expandManifest(manifest: Uint8Array, options: ExpansionOptions): Promise<string> {
  const { libos, hash = hashFiles } = options
  const document = readManifest(manifest)
  insertDefaults(document, libos.uri)
  const sgx = document.get('sgx') as Table
  await hashEntrypoint(document, options, libos, hash)
  sgx.set('trusted_files', await expandTrustedFiles(sgx.get('trusted_files') as Table[], options, hash))
  return writeDocument(document)
}
