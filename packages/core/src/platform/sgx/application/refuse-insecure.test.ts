import { describe, expect, it } from 'vitest'
import { exampleBase } from '../../../testing/example-base.ts'
import { exampleSgxPackage } from '../../../testing/example-sgx-package.ts'
import { refusal } from '../../../testing/refuses.ts'
import { readDocument } from '../toml/read-document.ts'
import type { Table, Value } from '../toml/value.ts'
import { refuseInsecure } from './refuse-insecure.ts'
import { renderManifest } from './render-manifest.ts'

const base = exampleBase()
const secure = renderManifest(exampleSgxPackage(base.digest), base, { edmm: false })
const table = (entries: Readonly<Record<string, Value>>): Table => new Map(Object.entries(entries))

/** Sets a value at a path like `sgx.debug`. */
function changed(path: string, value: Value): Table {
  const manifest = readDocument(secure)
  const parts = path.split('.')
  let here = manifest
  for (const part of parts.slice(0, -1)) {
    if (!here.has(part)) here.set(part, new Map())
    here = here.get(part) as Table
  }
  here.set(parts.at(-1) as string, value)
  return manifest
}

it('a manifest of ours is not insecure', () => {
  expect(() => refuseInsecure(readDocument(secure))).not.toThrow()
})

describe('a manifest is refused that lets', () => {
  it.each<[attack: string, path: string, value: Value]>([
    ['a debugger read the enclave', 'sgx.debug', true],
    ['a debugger in with a 1, which only looks like true', 'sgx.debug', 1n],
    ['the processor count what the enclave does', 'sgx.enable_stats', true],
    ['the operator exchange files', 'sgx.allowed_files', ['file:/usr/lib/']],
    ['the operator exchange files while it is only logged', 'sgx.file_check_policy', 'allow_all_but_log'],
    ['the enclave start without the means to prove itself', 'sgx.remote_attestation', 'none'],
    ['helper threads outside see system calls', 'sgx.insecure__rpc_thread_num', 4n],
    ['memory faults in unchecked', 'sgx.insecure__allow_memfaults_without_exinfo', true],
    ['the sealing key be that of other enclaves', 'sgx.seal_key', table({ flags_mask: '0x0' })],
    ['a profiler watch', 'sgx.profile', table({ enable: 'all' })],
    ['VTune watch', 'sgx.vtune_profile', true],
    ['the operator choose the arguments', 'loader.insecure__use_cmdline_argv', true],
    ['the operator choose the arguments by a file', 'loader.argv_src_file', 'file:args'],
    ['the operator choose the environment', 'loader.insecure__use_host_env', true],
    ['the operator choose the environment by a file', 'loader.env_src_file', 'file:env'],
    ['one more variable in', 'loader.env.LD_PRELOAD', table({ passthrough: true })],
    ['the addresses be known in advance', 'loader.insecure__disable_aslr', true],
    ['the operator read a log of system calls', 'loader.log_level', 'trace'],
    ['a log be written to a file of the operator', 'loader.log_file', '/tmp/log'],
    ['storage be encrypted with a key that everybody reads', 'fs.insecure__keys', table({ mse: '00'.repeat(16) })],
    ['the operator share memory with the application', 'fs.root', table({ type: 'untrusted_shm', uri: 'dev:/x' })],
    ['processes be started', 'sys.disallow_subprocesses', false],
    ['requests reach devices of the host', 'sys.allowed_ioctls', [table({ request_code: 1n })]],
    ['events of the host in', 'sys.insecure__allow_eventfd', true],
    ['system calls be made up', 'sys.debug__mock_syscalls', [table({ name: 'getrandom', return: 0n })]],
    ['locks through that the host holds', 'sys.experimental__enable_flock', true],
  ])('%s', (_attack, path, value) => {
    expect(() => refuseInsecure(changed(path, value))).toThrow(refusal('sgx/insecure-manifest'))
  })

  it('a file be opened whose hash nobody knows', () => {
    const manifest = changed('sgx.trusted_files', [table({ uri: 'file:/usr/bin/python3.11' })])
    expect(() => refuseInsecure(manifest)).toThrow(refusal('sgx/insecure-manifest', { found: 'sgx.trusted_files' }))
  })

  it('everything, because it says nothing', () => {
    expect(() => refuseInsecure(new Map())).toThrow(refusal('sgx/insecure-manifest'))
  })
})
