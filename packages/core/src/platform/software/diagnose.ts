import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import type { Diagnosis } from '../../doctor/diagnosis.ts'
import { programVersion } from '../../doctor/program-version.ts'
import { findTool, fuseAccess, installCommand, tools } from './tools.ts'

/** What the software enclave needs of a machine, each tried rather than guessed. */
export async function diagnose(): Promise<Diagnosis[]> {
  const programs = await Promise.all(tools.map(program))
  const ready = programs.every((one) => one.outcome === 'ok')
  return [linux(), processor(), ...programs, fuse(), namespaces(), ready ? sandbox() : skipped()]
}

async function program(tool: (typeof tools)[number]): Promise<Diagnosis> {
  const found = await findTool(tool.program)
  const base = { id: `software/${tool.program}`, title: `${tool.program} (${tool.use})` }
  if (found !== undefined) {
    const version = await programVersion(found, [tool.version])
    return { ...base, outcome: 'ok', detail: `${version ?? 'of unknown version'}, ${found}` }
  }
  return { ...base, outcome: 'failed', detail: 'not installed', fix: installCommand([tool]) }
}

function linux(): Diagnosis {
  const base = { id: 'software/linux', title: 'Linux', detail: process.platform }
  return process.platform === 'linux'
    ? { ...base, outcome: 'ok' }
    : { ...base, outcome: 'failed', fix: 'use a Linux machine' }
}

function processor(): Diagnosis {
  const base = { id: 'software/processor', title: 'processor', detail: process.arch }
  return process.arch === 'x64'
    ? { ...base, outcome: 'ok' }
    : { ...base, outcome: 'failed', fix: 'use an x86-64 machine' }
}

function fuse(): Diagnosis {
  const found = fuseAccess()
  const outcome = found.fix === undefined ? 'ok' : 'failed'
  return { id: 'software/fuse', title: '/dev/fuse (encrypted storage)', outcome, ...found }
}

function namespaces(): Diagnosis {
  const base = { id: 'software/namespaces', title: 'user namespaces' }
  const tried = spawnSync('unshare', ['--user', '--map-root-user', '--mount', '--pid', '--fork', 'true'])
  if (tried.status === 0) return { ...base, outcome: 'ok', detail: 'this user may make them' }
  return { ...base, outcome: 'failed', detail: 'this user may not make them', fix: namespacesFix() }
}

/** Distributions forbid them in different places. */
function namespacesFix(): string {
  const on = (path: string, value: string): boolean => existsSync(path) && readFileSync(path, 'utf8').trim() === value
  if (on('/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1')) {
    return 'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0'
  }
  if (on('/proc/sys/kernel/unprivileged_userns_clone', '0')) return 'sudo sysctl -w kernel.unprivileged_userns_clone=1'
  if (on('/proc/sys/user/max_user_namespaces', '0')) return 'sudo sysctl -w user.max_user_namespaces=10000'
  return 'ask who administers this machine to allow user namespaces'
}

/** The sandbox as it is used: bubblewrap inside a user namespace. */
function sandbox(): Diagnosis {
  const base = { id: 'software/sandbox', title: 'the sandbox' }
  const inner = ['bwrap', '--ro-bind', '/', '/', '--unshare-pid', '--proc', '/proc', '--dev', '/dev', 'true']
  const tried = spawnSync('unshare', [
    '--user',
    '--map-root-user',
    '--mount',
    '--pid',
    '--fork',
    '--mount-proc',
    ...inner,
  ])
  if (tried.status === 0) return { ...base, outcome: 'ok', detail: 'starts' }
  const reason = tried.stderr.toString().trim().split('\n').at(-1) ?? ''
  return { ...base, outcome: 'failed', detail: reason === '' ? 'does not start' : reason, fix: namespacesFix() }
}

function skipped(): Diagnosis {
  const base = { id: 'software/sandbox', title: 'the sandbox' }
  return { ...base, outcome: 'skipped', detail: 'programs are missing', fix: 'mse doctor --platform software' }
}
