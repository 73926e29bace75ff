import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CIPHERTEXT } from '../platform/sgx/application/render-manifest.ts'
import { GRAMINE, RUNTIME } from '../platform/sgx/application/base.ts'
import { rawTar } from './raw-tar.ts'

const programs = join(import.meta.dirname, 'gramine')
const loaderFile = join(import.meta.dirname, '../../../../spec/vectors/gramine/shared/tiny-a.so')

/**
 * A layer with programs in the place of Gramine's, for machines without it: they check what they are given as Gramine would, and end as it
 * ends. `gramine-direct` then runs the launcher, with links where Gramine would have mounts. Only a real Gramine shows that one
 * accepts a manifest.
 */
export function gramineStandIn(): Buffer {
  const program = (name: string): { name: string; content: Buffer; mode: number } => {
    return { name: `usr/bin/${name}`, content: readFileSync(join(programs, `${name}.py`)), mode: 0o755 }
  }
  return rawTar([
    program('gramine-direct'),
    program('gramine-sgx'),
    { name: `${GRAMINE}/libsysdb.so`, content: 'libsysdb' },
    { name: `${RUNTIME}/ld-linux-x86-64.so.2`, content: 'ld-linux' },
    { name: `${GRAMINE}/sgx/libpal.so`, content: readFileSync(loaderFile) },
    ...['root', 'key', 'mse-app'].map((name) => ({ name, flag: '2', link: `${CIPHERTEXT.slice(1)}/${name}` })),
  ])
}
