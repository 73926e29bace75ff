import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { GRAMINE, RUNTIME, type SgxBase } from '../platform/sgx/application/base.ts'

const loaderFile = join(import.meta.dirname, '../../../../spec/vectors/gramine/shared/tiny-a.so')

/** A base with what a manifest needs, and a loader of two pages; every other file's content is its path. */
export function exampleBase(more: Readonly<Record<string, string>> = {}): SgxBase {
  const loader = readFileSync(loaderFile)
  const paths = [
    'usr/bin/python3.11',
    'usr/lib/python3.11/os.py',
    'usr/lib/x86_64-linux-gnu/libz.so.1',
    `${GRAMINE}/libsysdb.so`,
    `${RUNTIME}/ld-linux-x86-64.so.2`,
    'etc/ssl/certs/ca-certificates.crt',
    'var/lib/dpkg/status',
  ]
  const files = Object.entries({
    ...Object.fromEntries(paths.map((path) => [path, hash(path)])),
    [`${GRAMINE}/sgx/libpal.so`]: hash(loader),
    ...more,
  })
  return {
    digest: `sha256:${hash('base')}`,
    files: new Map(files.map(([path, sha256]) => [path, { sha256 }])),
    folders: new Map([
      ['lib', 'usr/lib'],
      ['usr/lib/ssl/certs', 'etc/ssl/certs'],
    ]),
    loader,
  }
}

function hash(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
