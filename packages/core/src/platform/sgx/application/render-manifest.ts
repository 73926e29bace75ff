import { MseError } from '../../../error.ts'
import type { IndexedPackage } from '../../platform.ts'
import { checkSchema } from '../manifest/check-schema.ts'
import { insertDefaults } from '../manifest/insert-defaults.ts'
import type { Table, Value } from '../toml/value.ts'
import { writeDocument } from '../toml/write-document.ts'
import { GRAMINE, hashIn, RUNTIME, type SgxBase } from './base.ts'
import { PASSED_THROUGH, refuseInsecure } from './refuse-insecure.ts'
import { BASE_FOLDERS, PACKAGE_FOLDER, trustedFiles } from './trusted-files.ts'

export interface SgxOptions {
  /** SGX2: memory is added on demand. Another enclave, with another measurement. */
  readonly edmm: boolean
}

/** The name of the key that the launcher makes for each provisioning and keeps in /key (spec/7-sgx.md, "Storage"). */
const STORAGE_KEY = 'mse'
/** A key of the processor's that only this enclave on this processor gets. */
export const SEALING_KEY = '_sgx_mrenclave'
/** Where the operator's machine keeps the ciphertext. */
export const CIPHERTEXT = '/var/lib/mse'

/**
 * The manifest of an application: complete, so that Gramine's own tools add nothing to it. The same package and base give the same
 * bytes.
 *
 * @returns the content of `.manifest.sgx`
 * @throws MseError `sgx/hardware`, `sgx/file-name`, `sgx/base-file`
 */
export function renderManifest(packed: IndexedPackage, base: SgxBase, options: SgxOptions): string {
  return writeDocument(buildManifest(packed, base, options))
}

/** The manifest that `renderManifest` writes. */
export function buildManifest(packed: IndexedPackage, base: SgxBase, options: SgxOptions): Table {
  const python = `usr/bin/python${packed.index.python}`
  hashIn(base, python)
  hashIn(base, `${RUNTIME}/ld-linux-x86-64.so.2`)
  const libos = `${GRAMINE}/libsysdb.so`
  const manifest = table({
    loader: table({
      entrypoint: table({ uri: `file:/${libos}`, sha256: hashIn(base, libos) }),
      argv: [`/${python}`, ...packed.index.configuration.argv],
      env: environment(),
      log_level: 'error',
    }),
    libos: table({ entrypoint: `/${python}` }),
    fs: table({ root: table({ type: 'tmpfs' }), mounts: mounts() }),
    sys: table({
      disallow_subprocesses: true,
      enable_sigterm_injection: true,
      enable_extra_runtime_domain_names_conf: true,
      stack: table({ size: '8M' }),
    }),
    sgx: table({
      ...resources(packed.index.configuration),
      edmm_enable: options.edmm,
      remote_attestation: 'dcap',
      file_check_policy: 'strict',
      trusted_files: trustedFiles(packed, base),
    }),
  })
  insertDefaults(manifest, `file:/${libos}`)
  checkSchema(manifest)
  refuseInsecure(manifest)
  return manifest
}

function environment(): Table {
  return table({
    [PASSED_THROUGH]: table({ passthrough: true }),
    HOME: '/root',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'C.UTF-8',
    LD_LIBRARY_PATH: '/lib:/usr/lib/x86_64-linux-gnu:/usr/lib',
    // Each arena takes 64 MiB of the enclave's address space, before the launcher gets to say how many there may be.
    MALLOC_ARENA_MAX: '1',
  })
}

function mounts(): Table[] {
  const chroot = (path: string, from: string): Table => table({ type: 'chroot', path, uri: `file:/${from}` })
  const encrypted = (name: string, key: string): Table => {
    return table({ type: 'encrypted', path: `/${name}`, uri: `file:${CIPHERTEXT}/${name}`, key_name: key })
  }
  return [
    chroot('/lib', RUNTIME),
    ...BASE_FOLDERS.map((folder) => chroot(`/${folder}`, folder)),
    chroot(`/${PACKAGE_FOLDER}`, PACKAGE_FOLDER),
    table({ type: 'tmpfs', path: '/tmp' }),
    encrypted('key', SEALING_KEY),
    encrypted('root', STORAGE_KEY),
    encrypted('mse-app', STORAGE_KEY),
  ]
}

/**
 * Threads are the application's, as many again that native libraries start for themselves, and 16 of the launcher, of asyncio
 * and of Gramine.
 */
export function maximumThreads(threads: number): number {
  return 2 * threads + 16
}

function resources({
  hardware,
  threads,
}: {
  readonly hardware: number
  readonly threads: number
}): Record<string, Value> {
  return { enclave_size: sizeOf(hardware), max_threads: BigInt(maximumThreads(threads)) }
}

/** @throws MseError `sgx/hardware`: processors make enclaves of these sizes only */
function sizeOf(hardware: number): string {
  if (Number.isInteger(Math.log2(hardware)) && hardware >= 2 ** 20) return `${hardware / 2 ** 20}M`
  const lower = 2 ** Math.floor(Math.log2(hardware))
  throw new MseError('sgx/hardware', 'an SGX enclave has a size that is a power of two', {
    expected: `hardware of ${lower / 2 ** 20}m or ${lower / 2 ** 19}m`,
    found: `${hardware} bytes`,
    next: 'Change hardware in mse.toml and package again.',
  })
}

function table(entries: Readonly<Record<string, Value>>): Table {
  return new Map(Object.entries(entries))
}
