import { createHash } from 'node:crypto'
import { MseError } from '../../../error.ts'
import type { Index } from '../../../package/index-file.ts'
import type { IndexedPackage } from '../../platform.ts'
import type { Table, Value } from '../toml/value.ts'
import { hashIn, type SgxBase } from './base.ts'

/** What of the base an enclave sees. */
export const BASE_FOLDERS: readonly string[] = ['usr', 'etc']
/** Where the package lies. */
export const PACKAGE_FOLDER = 'opt/mse'

/**
 * Every file that can be opened inside, sorted by path: the base's, by every name that leads to them, the package's, and index.json.
 *
 * @throws MseError `sgx/file-name`, `sgx/base-file`
 */
export function trustedFiles({ indexBytes, index }: IndexedPackage, base: SgxBase): Table[] {
  const files = new Map([...baseFiles(base), ...packageFiles(index)])
  files.set(`${PACKAGE_FOLDER}/index.json`, createHash('sha256').update(indexBytes).digest('hex'))
  return [...files]
    .map(([path, sha256]) => ({ path, sha256, bytes: Buffer.from(path) }))
    .sort((left, right) => Buffer.compare(left.bytes, right.bytes))
    .map(({ path, sha256 }) => {
      return new Map<string, Value>([
        ['uri', `file:/${checked(path)}`],
        ['sha256', sha256],
      ])
    })
}

function* packageFiles(index: Index): Generator<[path: string, sha256: string]> {
  for (const { path, sha256 } of index.files) yield [`${PACKAGE_FOLDER}/${path}`, sha256]
}

/** Gramine compares names, and follows no link: a file that is reached through a linked folder is listed by that name as well. */
function* baseFiles(base: SgxBase): Generator<[path: string, sha256: string]> {
  const byFolder = new Map([...base.folders].filter(([link]) => isVisible(link)))
  for (const path of base.files.keys()) {
    const sha256 = hashIn(base, path)
    if (isVisible(path)) yield [path, sha256]
    for (const [link, target] of byFolder) {
      if (path.startsWith(`${target}/`)) yield [`${link}${path.slice(target.length)}`, sha256]
    }
  }
}

function isVisible(path: string): boolean {
  return BASE_FOLDERS.some((folder) => path.startsWith(`${folder}/`))
}

/** A name that could be read as another one is refused; quotes and letters of all languages are not. */
function checked(path: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  const clean = path.isWellFormed() && !/[\u0000-\u001f\u007f\\]/.test(path)
  if (clean && path.split('/').every((part) => !['', '.', '..'].includes(part))) return path
  throw new MseError('sgx/file-name', 'a file has a name that an enclave cannot open safely', {
    found: JSON.stringify(path),
  })
}
