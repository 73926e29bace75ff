import { createHash } from 'node:crypto'
import { MseError } from '../../../error.ts'
import { readLoader, type Loader } from '../measure/loader.ts'

/** What an SGX enclave consists of besides the package: a small system with Python and Gramine. */
export interface SgxBase {
  /** `sha256:…`, as `base` of index.json names it. */
  readonly digest: string
  /** Every file by its path without the first slash, links to files under their own names. */
  readonly files: ReadonlyMap<string, { readonly sha256: string }>
  /** Links to folders, with the path that they lead to. */
  readonly folders: ReadonlyMap<string, string>
  /** The bytes of the file at `GRAMINE/sgx/libpal.so`. */
  readonly loader: Uint8Array
}

/** Where Debian's packages put Gramine. */
export const GRAMINE = 'usr/lib/x86_64-linux-gnu/gramine'

/** Gramine's build of the C library, which applications run on. */
export const RUNTIME: string = `${GRAMINE}/runtime/glibc`

/** @throws MseError `sgx/base-file` unless the base has this file, with a hash that is one */
export function hashIn(base: SgxBase, path: string): string {
  const sha256 = base.files.get(path)?.sha256
  if (sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256)) return sha256
  throw new MseError('sgx/base-file', `the base image has no /${path}`, {
    expected: 'Gramine, and the Python that the package was made for',
    next: 'Take the base of the release, or package again for the Python that is in this one.',
  })
}

/** @throws MseError `sgx/base-file` when the loader's bytes are not those of the image, `enclave/loader` */
export function loaderOf(base: SgxBase): Loader {
  const expected = hashIn(base, `${GRAMINE}/sgx/libpal.so`)
  const found = createHash('sha256').update(base.loader).digest('hex')
  if (found === expected) return readLoader(Buffer.from(base.loader))
  throw new MseError('sgx/base-file', 'the loader is not the one of the base image', { expected, found })
}
