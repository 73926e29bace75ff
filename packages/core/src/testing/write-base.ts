import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { GRAMINE, RUNTIME } from '../platform/sgx/application/base.ts'
import { rawTar, type RawEntry } from './raw-tar.ts'
import { writeLayout } from './write-layout.ts'

const loaderFile = join(import.meta.dirname, '../../../../spec/vectors/gramine/shared/tiny-a.so')

/** Writes the image of a base for Python 3.N as an OCI layout: small, with a loader that Gramine's own tools have measured. */
export function writeBase(directory: string, python: string, more: readonly RawEntry[] = []): void {
  const names = [
    `usr/bin/python${python}`,
    `usr/lib/python${python}/os.py`,
    `${GRAMINE}/libsysdb.so`,
    `${RUNTIME}/ld-linux-x86-64.so.2`,
  ]
  const files: RawEntry[] = names.map((name) => ({ name, content: name }))
  const loader: RawEntry = { name: `${GRAMINE}/sgx/libpal.so`, content: readFileSync(loaderFile) }
  mkdirSync(directory, { recursive: true })
  writeLayout(directory, { layers: [{ bytes: rawTar([...files, loader, ...more]) }] })
}
