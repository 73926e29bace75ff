import { MseError } from '../../../error.ts'
import { isArray, isTable, type Table, type Value } from '../toml/value.ts'

/** The one variable of the operator's that comes in (spec/3-launch.md). */
export const PASSED_THROUGH = 'MSE_LAUNCH'

/**
 * Refuses a manifest that gives anything away: to debuggers, to the operator's files, environment and command line, or to a log.
 * What is not said counts as Gramine's default.
 *
 * @throws MseError `sgx/insecure-manifest`
 */
export function refuseInsecure(manifest: Table): void {
  const found = findInsecure(manifest)
  if (found === undefined) return
  throw new MseError('sgx/insecure-manifest', 'the manifest would not protect the application', { found })
}

function findInsecure(manifest: Table): string | undefined {
  const [sgx, loader, sys, fs] = ['sgx', 'loader', 'sys', 'fs'].map((name) => tableOf(manifest.get(name)))
  const rules: readonly (readonly [secure: boolean, what: string])[] = [
    [is(sgx, 'debug', false), 'sgx.debug'],
    [is(sgx, 'enable_stats', false), 'sgx.enable_stats'],
    [is(sgx, 'remote_attestation', 'dcap'), 'sgx.remote_attestation'],
    [is(sgx, 'file_check_policy', 'strict'), 'sgx.file_check_policy'],
    [is(sys, 'disallow_subprocesses', true), 'sys.disallow_subprocesses'],
    ...absent('sgx', sgx, ['allowed_files', 'profile', 'vtune_profile', 'seal_key']),
    ...absent('loader', loader, ['log_file', 'argv_src_file', 'env_src_file']),
    ...absent('sys', sys, ['allowed_ioctls', 'ioctl_structs']),
    [['none', 'error', 'warning'].includes(String(loader?.get('log_level'))), 'loader.log_level'],
    [passedThrough(loader).every((name) => name === PASSED_THROUGH), 'loader.env'],
    [mounts(fs).every((mount) => mount.get('type') !== 'untrusted_shm'), 'fs.mounts'],
    [trusted(sgx).every((file) => /^[0-9a-f]{64}$/.test(String(file?.get('sha256')))), 'sgx.trusted_files'],
  ]
  return rules.find(([secure]) => !secure)?.[1] ?? findMarked(manifest, '')
}

function is(table: Table | undefined, key: string, expected: Value): boolean {
  return table?.get(key) === expected
}

function absent(name: string, table: Table | undefined, keys: readonly string[]): (readonly [boolean, string])[] {
  return keys.map((key) => [table?.has(key) !== true, `${name}.${key}`])
}

function passedThrough(loader: Table | undefined): string[] {
  const env = tableOf(loader?.get('env')) ?? new Map<string, Value>()
  return [...env].flatMap(([name, value]) => (isTable(value) && value.has('passthrough') ? [name] : []))
}

function mounts(fs: Table | undefined): Table[] {
  return [fs?.get('root'), ...elements(fs?.get('mounts'))].flatMap((mount) => tableOf(mount) ?? [])
}

function trusted(sgx: Table | undefined): (Table | undefined)[] {
  return elements(sgx?.get('trusted_files')).map(tableOf)
}

/** Gramine marks with a prefix what nobody should use in earnest. */
function findMarked(value: Value, path: string): string | undefined {
  if (isArray(value)) return firstOf(value.map((element, at) => findMarked(element, `${path}[${at}]`)))
  if (!isTable(value)) return undefined
  return firstOf(
    [...value].map(([key, one]) => {
      const name = path === '' ? key : `${path}.${key}`
      return /^(insecure|debug|experimental)__/.test(key) ? name : findMarked(one, name)
    }),
  )
}

function firstOf(found: readonly (string | undefined)[]): string | undefined {
  return found.find((path) => path !== undefined)
}

function elements(value: Value | undefined): readonly Value[] {
  return isArray(value) ? value : []
}

function tableOf(value: Value | undefined): Table | undefined {
  return isTable(value) ? value : undefined
}
