import { MseError } from '../../../error.ts'
import { isArray, isTable, type Table, type Value } from '../toml/value.ts'
import { ensure, ensureTable, isTruthy } from './shape.ts'

/**
 * Adds what Gramine 1.9 assumes where a manifest says nothing, in the order in which its tools add it: the order is measured.
 * The table is changed.
 *
 * @param libosUri what `loader.entrypoint.uri` becomes where there is none
 * @throws MseError `manifest/shape`, `manifest/trusted-file`, `manifest/entrypoint`
 */
export function insertDefaults(manifest: Table, libosUri: string): void {
  const sgx = ensureTable(manifest, 'sgx')
  ensure(sgx, 'trusted_files', [])
  ensure(sgx, 'max_threads', 4n)
  ensure(sgx, 'isvprodid', 0n)
  ensure(sgx, 'isvsvn', 0n)
  ensure(sgx, 'remote_attestation', 'none')
  ensure(sgx, 'debug', false)
  ensure(sgx, 'enable_stats', false)
  ensure(sgx, 'edmm_enable', false)
  ensure(sgx, 'enclave_size', isTruthy(sgx.get('edmm_enable')) ? '1024G' : '256M')
  ensure(sgx, 'use_exinfo', false)
  const features = ensureTable(sgx, 'cpu_features', 'sgx.cpu_features')
  for (const feature of ['avx', 'avx512', 'amx']) ensure(features, feature, 'unspecified')
  for (const feature of ['mpx', 'pkru']) ensure(features, feature, 'disabled')
  sgx.set('trusted_files', asTables(sgx.get('trusted_files')))

  const loader = ensureTable(manifest, 'loader')
  const entrypoint = ensure(loader, 'entrypoint', new Map())
  if (!isTable(entrypoint)) throw new MseError('manifest/entrypoint', 'loader.entrypoint is not a table')
  ensure(entrypoint, 'uri', libosUri)
}

function asTables(files: Value | undefined): Table[] {
  if (!isArray(files)) throw new MseError('manifest/trusted-file', 'sgx.trusted_files is not an array')
  return files.map((file) => {
    if (typeof file === 'string') return new Map([['uri', file]])
    if (isTable(file) && file.has('uri')) return file
    throw new MseError(
      'manifest/trusted-file',
      'an element of sgx.trusted_files is neither a string nor a table with a uri',
    )
  })
}
