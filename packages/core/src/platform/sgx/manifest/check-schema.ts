import { MseError } from '../../../error.ts'
import { Float, isArray, isTable, type Table, type Value } from '../toml/value.ts'

/** Finds what does not fit: the path of it, or undefined if everything does. */
type Check = (value: Value, path: string) => string | undefined

const text: Check = (value, path) => (typeof value === 'string' ? undefined : path)
const boolean: Check = (value, path) => (typeof value === 'boolean' ? undefined : path)
/** Python counts booleans as integers, and so does the checker of Gramine. */
const integer: Check = (value, path) => (typeof value === 'bigint' || typeof value === 'boolean' ? undefined : path)
const anything: Check = () => undefined
/** 1 and 1.0 are equal to true for Python. */
const yes: Check = (value, path) => {
  return value === true || value === 1n || (value instanceof Float && value.value === 1) ? undefined : path
}
const oneOf = (...allowed: readonly Value[]): Check => {
  return (value, path) => (allowed.includes(value) ? undefined : path)
}
const either = (...checks: readonly Check[]): Check => {
  return (value, path) => (checks.some((check) => check(value, path) === undefined) ? undefined : path)
}
const arrayOf = (check: Check): Check => {
  return (value, path) => (isArray(value) ? first(value.map((one, at) => check(one, `${path}[${at}]`))) : path)
}
const mapOf = (check: Check): Check => {
  return (value, path) => (isTable(value) ? first([...value].map(([key, one]) => check(one, `${path}.${key}`))) : path)
}

/** A table without other keys than these; those whose names end with `!` have to be there. */
function table(keys: Readonly<Record<string, Check>>): Check {
  const required = Object.keys(keys).flatMap((key) => (key.endsWith('!') ? [key.slice(0, -1)] : []))
  const checks = new Map(Object.entries(keys).map(([key, check]) => [key.replace('!', ''), check]))
  return (value, path) => {
    if (!isTable(value)) return path
    const missing = required.find((key) => !value.has(key))
    if (missing !== undefined) return `${path}.${missing}`
    return first([...value].map(([key, one]) => (checks.get(key) ?? refuse)(one, `${path}.${key}`)))
  }
}

const refuse: Check = (_value, path) => path

function first(found: readonly (string | undefined)[]): string | undefined {
  return found.find((path) => path !== undefined)
}

/** Mounts; that of the root has no path. */
function mount(path: Readonly<Record<string, Check>>): Check {
  return either(
    table({ ...path, type: oneOf('chroot'), 'uri!': text }),
    table({ ...path, 'type!': oneOf('encrypted'), 'uri!': text, key_name: text, enable_recovery: boolean }),
    table({ ...path, 'type!': oneOf('tmpfs'), uri: text }),
    table({ ...path, 'type!': oneOf('untrusted_shm'), 'uri!': text }),
  )
}

const feature = oneOf('unspecified', 'disabled', 'required')
const hardenedFeature = oneOf('disabled', 'required')

const sgx = table({
  allowed_files: arrayOf(text),
  cpu_features: table({
    avx: feature,
    avx512: feature,
    amx: feature,
    mpx: hardenedFeature,
    pkru: hardenedFeature,
  }),
  debug: boolean,
  edmm_enable: boolean,
  enable_stats: boolean,
  enclave_size: text,
  file_check_policy: oneOf('strict', 'allow_all_but_log'),
  insecure__allow_memfaults_without_exinfo: boolean,
  insecure__rpc_thread_num: integer,
  isvprodid: integer,
  isvsvn: integer,
  max_threads: integer,
  preheat_enclave: boolean,
  profile: table({
    enable: oneOf('none', 'main', 'all'),
    mode: oneOf('aex', 'ocall_inner', 'ocall_outer'),
    with_stack: boolean,
    frequency: integer,
  }),
  remote_attestation: oneOf('none', 'dcap'),
  seal_key: table({ flags_mask: text, xfrm_mask: text, misc_mask: text }),
  trusted_files: arrayOf(either(text, table({ uri: text, sha256: text }))),
  use_exinfo: boolean,
  vtune_profile: boolean,
})

const manifest = table({
  'fs!': table({
    'mounts!': arrayOf(mount({ 'path!': text })),
    root: mount({}),
    start_dir: text,
    insecure__keys: mapOf(text),
  }),
  'libos!': table({ 'entrypoint!': text, check_invalid_pointers: boolean }),
  'loader!': table({
    'entrypoint!': table({ 'uri!': text, sha256: text }),
    argv: arrayOf(text),
    argv_src_file: text,
    env: mapOf(either(text, table({ value: text }), table({ passthrough: yes }))),
    env_src_file: text,
    gid: integer,
    insecure__use_cmdline_argv: boolean,
    insecure__use_host_env: boolean,
    insecure__disable_aslr: boolean,
    log_file: text,
    log_level: oneOf('none', 'error', 'warning', 'debug', 'trace', 'all'),
    uid: integer,
  }),
  sgx,
  sys: table({
    allowed_ioctls: arrayOf(table({ 'request_code!': integer, struct: text })),
    brk: table({ max_size: text }),
    debug__mock_syscalls: arrayOf(table({ 'name!': text, return: integer })),
    disallow_subprocesses: boolean,
    enable_extra_runtime_domain_names_conf: boolean,
    enable_sigterm_injection: boolean,
    experimental__enable_flock: boolean,
    fds: table({ limit: integer }),
    insecure__allow_eventfd: boolean,
    ioctl_structs: mapOf(anything),
    stack: table({ size: text }),
  }),
})

/**
 * Whether a manifest has only what Gramine 1.9 knows, in the kinds that it expects: what `gramine-manifest` checks.
 *
 * @throws MseError `manifest/schema`
 */
export function checkSchema(document: Table): void {
  const path = manifest(document, '')
  if (path === undefined) return
  throw new MseError('manifest/schema', 'the manifest has a key, or a value, that Gramine does not know', {
    found: path.replace(/^\./, ''),
  })
}
