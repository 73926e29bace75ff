import { GRAMINE, RUNTIME } from '@mse/core/platform/sgx/application/base'
import { measureSgx } from '@mse/core/platform/sgx/application/measure-sgx'
import { encodeIndex, type Index } from '@mse/core/package/index-file'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256, type Case, type VectorFile } from './fixed.ts'
import { exampleIndex } from './index-file.ts'

/** A base as a case holds it: files with their hashes, links to folders, and the loader by its name in `gramine/shared`. */
export interface BaseVector {
  readonly digest: string
  readonly files: Readonly<Record<string, string>>
  readonly folders: Readonly<Record<string, string>>
  readonly loader: string
}

const loader = 'tiny-a.so'
const loaderBytes = readFileSync(join(import.meta.dirname, '../gramine/shared', loader))
const files = [
  'usr/bin/python3.11',
  'usr/lib/python3.11/os.py',
  'usr/share/“quoted" & été 😀',
  `${GRAMINE}/libsysdb.so`,
  `${RUNTIME}/ld-linux-x86-64.so.2`,
  'etc/ssl/certs/ca-certificates.crt',
  'var/lib/dpkg/status',
]
const base: BaseVector = {
  digest: `sha256:${sha256('base')}`,
  files: {
    ...Object.fromEntries(files.map((path) => [path, sha256(path)])),
    [`${GRAMINE}/sgx/libpal.so`]: sha256(loaderBytes),
  },
  folders: { lib: 'usr/lib', 'usr/lib/ssl/certs': 'etc/ssl/certs' },
  loader,
}
const index: Index = { ...exampleIndex, base: base.digest }

export function sgxVectors(): VectorFile {
  return {
    comment:
      'What a package is and measures on SGX (spec 7): "index" is the text of index.json, "base" the base image with its files and links to folders, "loader" the file of gramine/shared that is its libpal.so. If ok, "manifest" is the text of .manifest.sgx and "mrenclave" its measurement.',
    cases: [
      measured('without EDMM', index, base, false),
      measured('with EDMM', index, base, true),
      measured('8 GiB, one thread', configured({ hardware: 2 ** 33, threads: 1 }), base, false),
      refused('no base', 'sgx/base', { ...index, base: null }, base),
      refused('another base', 'sgx/base', index, { ...base, digest: `sha256:${sha256('other')}` }),
      refused('a base without the Python of the package', 'sgx/base-file', { ...index, python: '3.12' }, base),
      refused('a loader that is not the base’s', 'sgx/base-file', index, { ...base, loader: 'tiny-b.so' }),
      refused('a name that starts a line of its own', 'sgx/file-name', index, withFile('usr/x"\n[sgx]\ndebug = true')),
      refused('a name that climbs', 'sgx/file-name', index, withFile('usr/../opt/mse/index.json')),
      refused('3 GiB', 'sgx/hardware', configured({ hardware: 3 * 2 ** 30 }), base),
      refused('too many threads for the memory', 'enclave/size', configured({ hardware: 2 ** 27, threads: 1000 }), base),
    ],
  }
}

function configured(change: Partial<Index['configuration']>): Index {
  return { ...index, configuration: { ...index.configuration, ...change } }
}

function withFile(path: string): BaseVector {
  return { ...base, files: { ...base.files, [path]: sha256(path) } }
}

function measured(name: string, given: Index, from: BaseVector, edmm: boolean): Case {
  const indexBytes = encodeIndex(given)
  const whole = { ...asMaps(from), loader: loaderBytes }
  const { manifest, mrenclave } = measureSgx({ index: given, indexBytes }, whole, { edmm })
  return { name, expect: 'ok', index: indexBytes.toString(), base: from, edmm, manifest, mrenclave }
}

function refused(name: string, code: string, given: Index, from: BaseVector): Case {
  return { name, expect: code, index: encodeIndex(given).toString(), base: from, edmm: false }
}

/** The two tables of a base as measuring takes them. */
export function asMaps({ digest, files, folders }: BaseVector): {
  readonly digest: string
  readonly files: ReadonlyMap<string, { readonly sha256: string }>
  readonly folders: ReadonlyMap<string, string>
} {
  return {
    digest,
    files: new Map(Object.entries(files).map(([path, hash]) => [path, { sha256: hash }])),
    folders: new Map(Object.entries(folders)),
  }
}
