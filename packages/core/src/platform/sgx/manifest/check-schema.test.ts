import { describe, expect, it } from 'vitest'
import { refusal } from '../../../testing/refuses.ts'
import { readDocument } from '../toml/read-document.ts'
import { checkSchema } from './check-schema.ts'

const least = {
  fs: 'mounts = []',
  libos: 'entrypoint = "/a"',
  loader: 'entrypoint.uri = "file:a"',
  sgx: '',
  sys: '',
}

/** A manifest with what has to be there, and these lines more. */
function check(lines: Partial<typeof least>): void {
  const sections = Object.entries(least).map(([name, always]) => {
    return `[${name}]\n${always}\n${lines[name as keyof typeof least] ?? ''}\n`
  })
  checkSchema(readDocument(sections.join('')))
}

const hash = 'a'.repeat(64)

describe('the schema knows', () => {
  it.each<[keyof typeof least, string]>([
    ['fs', 'root = { type = "tmpfs" }\nstart_dir = "/"'],
    ['fs', 'root.uri = "file:/"'],
    ['fs', 'insecure__keys.default = "00"'],
    ['loader', 'argv = []\nargv_src_file = "a"\nenv_src_file = "a"\nuid = 1\ngid = true'],
    ['loader', 'env = { A = "b", B = { value = "c" }, C = { passthrough = true }, D = { } }'],
    // Python counts 1 as true, and so does the checker of Gramine.
    ['loader', 'env = { A = { passthrough = 1 }, B = { passthrough = 1.0 } }'],
    ['loader', 'log_level = "all"\nlog_file = "a"\ninsecure__use_host_env = true'],
    ['loader', 'insecure__use_cmdline_argv = false\ninsecure__disable_aslr = true'],
    ['loader', `entrypoint.sha256 = "${hash}"`],
    ['libos', 'check_invalid_pointers = false'],
    ['sgx', 'allowed_files = ["file:a"]\ndebug = true\nedmm_enable = true\nenable_stats = true'],
    ['sgx', 'enclave_size = "what"\nisvprodid = 70000\nisvsvn = -1\nmax_threads = true'],
    ['sgx', 'trusted_files = ["file:a", { uri = "file:b" }, { uri = "file:c", sha256 = "00" }]'],
    ['sgx', 'cpu_features = { avx = "required", avx512 = "disabled", amx = "unspecified", mpx = "required" }'],
    ['sgx', 'seal_key = { flags_mask = "0x1", xfrm_mask = "0x1", misc_mask = "0x1" }'],
    ['sgx', 'profile = { enable = "all", mode = "aex", with_stack = true, frequency = 50 }'],
    ['sgx', 'remote_attestation = "dcap"\nfile_check_policy = "allow_all_but_log"\nvtune_profile = false'],
    ['sgx', 'preheat_enclave = true\nuse_exinfo = true\ninsecure__rpc_thread_num = 8'],
    ['sgx', 'insecure__allow_memfaults_without_exinfo = true'],
    ['sys', 'stack.size = "8M"\nbrk.max_size = "1M"\nfds.limit = 5\ndisallow_subprocesses = true'],
    ['sys', 'allowed_ioctls = [{ request_code = 5 }, { request_code = 6, struct = "a" }]'],
    ['sys', 'ioctl_structs.a = [1, { b = 2.5 }]\nenable_sigterm_injection = true'],
    ['sys', 'debug__mock_syscalls = [{ name = "fork" }, { name = "x", return = -1 }]'],
    ['sys', 'enable_extra_runtime_domain_names_conf = true\nexperimental__enable_flock = true'],
    ['sys', 'insecure__allow_eventfd = true'],
  ])('%s: %s', (section, lines) => {
    expect(() => check({ [section]: lines })).not.toThrow()
  })

  it.each([
    '{ path = "/a", uri = "file:a" }',
    '{ type = "chroot", path = "/a", uri = "file:a" }',
    '{ type = "encrypted", path = "/a", uri = "file:a", key_name = "k", enable_recovery = true }',
    '{ type = "tmpfs", path = "/a" }',
    '{ type = "tmpfs", path = "/a", uri = "ignored" }',
    '{ type = "untrusted_shm", path = "/a", uri = "dev:a" }',
  ])('the mount %s', (mount) => {
    expect(() => checkSchema(readDocument(manifestWith(`[${mount}]`)))).not.toThrow()
  })
})

function manifestWith(mounts: string): string {
  return `[fs]\nmounts = ${mounts}\n[libos]\nentrypoint = "/a"\n[loader]\nentrypoint.uri = "file:a"\n`
}

describe('the schema refuses', () => {
  it.each<[string, keyof typeof least, string]>([
    ['a size that is a number', 'sgx', 'enclave_size = 67108864'],
    ['a number of threads in quotes', 'sgx', 'max_threads = "4"'],
    ['a number of threads with a point', 'sgx', 'max_threads = 4.0'],
    ['1 for true', 'sgx', 'debug = 1'],
    ['"true" for true', 'sgx', 'edmm_enable = "true"'],
    ['a feature nobody knows', 'sgx', 'cpu_features.shstk = "required"'],
    ['a feature that is half wanted', 'sgx', 'cpu_features.avx = "requird"'],
    ['hardening that is left open', 'sgx', 'cpu_features.mpx = "unspecified"'],
    ['hardening that is left open, of keys', 'sgx', 'cpu_features.pkru = "unspecified"'],
    ['attestation that is gone', 'sgx', 'remote_attestation = "epid"'],
    ['what went with it', 'sgx', 'ra_client_spid = ""'],
    ['keys of earlier versions', 'sgx', 'require_avx = true'],
    ['threads of earlier versions', 'sgx', 'thread_num = 8'],
    ['an image of earlier versions', 'sgx', 'nonpie_binary = true'],
    ['protected files of earlier versions', 'sgx', 'protected_files = ["file:f"]'],
    ['a policy for files that there is not', 'sgx', 'file_check_policy = "none"'],
    ['one file that is allowed, not in a list', 'sgx', 'allowed_files = "file:a"'],
    ['an allowed file that is a table', 'sgx', 'allowed_files = [{ uri = "file:a" }]'],
    ['a trusted file with more than a hash', 'sgx', 'trusted_files = [{ uri = "file:a", sha1 = "00" }]'],
    ['a hash that is a number', 'sgx', 'trusted_files = [{ uri = "file:a", sha256 = 0 }]'],
    ['a mask that is a number', 'sgx', 'seal_key.flags_mask = 1'],
    ['a mask of something else', 'sgx', 'seal_key.cpu_mask = "0x1"'],
    ['passing nothing through', 'loader', 'env.A.passthrough = false'],
    ['passing through, in quotes', 'loader', 'env.A.passthrough = "true"'],
    ['a variable that is both', 'loader', 'env.A = { value = "x", passthrough = true }'],
    ['a variable that is a number', 'loader', 'env.A = 1'],
    ['one argument, not in a list', 'loader', 'argv = "a"'],
    ['an argument that is a number', 'loader', 'argv = [1]'],
    ['a level of logging that there is not', 'loader', 'log_level = "info"'],
    ['a user by name', 'loader', 'uid = "root"'],
    ['libraries before all others, of earlier versions', 'loader', 'preload = "file:a"'],
    ['a stack of earlier versions', 'sys', 'stack_size = "8M"'],
    ['an ioctl without a number', 'sys', 'allowed_ioctls = [{ struct = "a" }]'],
    ['a system call without a name', 'sys', 'debug__mock_syscalls = [{ return = 1 }]'],
    ['a key nobody knows', 'fs', 'bogus = 1'],
    ['a root with a path', 'fs', 'root = { type = "tmpfs", path = "/" }'],
  ])('%s: %s: %s', (_what, section, lines) => {
    expect(() => check({ [section]: lines })).toThrow(refusal('manifest/schema'))
  })

  it.each([
    ['nothing mounted', '[libos]\nentrypoint = "/a"\n[loader]\nentrypoint.uri = "file:a"\n[fs]\n'],
    ['no program', '[fs]\nmounts = []\n[libos]\n[loader]\nentrypoint.uri = "file:a"\n'],
    ['no section of the program', '[fs]\nmounts = []\n[loader]\nentrypoint.uri = "file:a"\n'],
    [
      'no library operating system',
      '[fs]\nmounts = []\n[libos]\nentrypoint = "/a"\n[loader]\nentrypoint.sha256 = "0"\n',
    ],
    ['a section nobody knows', `${manifestWith('[]')}[bogus]\n`],
    ['a key before all sections', `bogus = 1\n${manifestWith('[]')}`],
    ['mounts in a table', manifestWith('{ a = { type = "tmpfs", path = "/a" } }')],
    ['a mount without a path', manifestWith('[{ type = "tmpfs" }]')],
    ['a mount of another kind', manifestWith('[{ type = "nfs", path = "/a", uri = "file:a" }]')],
    ['a mount of the host that is nowhere', manifestWith('[{ type = "chroot", path = "/a" }]')],
    ['an encrypted mount that is nowhere', manifestWith('[{ type = "encrypted", path = "/a" }]')],
    ['a key for what is not encrypted', manifestWith('[{ path = "/a", uri = "file:a", key_name = "k" }]')],
  ])('%s', (_what, text) => {
    expect(() => checkSchema(readDocument(text))).toThrow(refusal('manifest/schema'))
  })
})
