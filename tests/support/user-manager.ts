import { spawn, spawnSync, type ChildProcess, type SpawnSyncReturns } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Person } from './mse.ts'

const systemd = '/lib/systemd/systemd'

/** Whether a service manager of a user can be started by hand: it wants a machine that was booted with systemd, or one that looks so. */
export const canManage: boolean =
  process.getuid?.() === 0 && existsSync(systemd) && existsSync('/sys/fs/cgroup') && startsInNamespace()

function startsInNamespace(): boolean {
  return spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/run']).status === 0
}

/** The real service manager of systemd for one person (`systemd --user`), in a mount namespace where systemd seems to have booted. */
export class UserManager {
  private readonly runtime: string
  private readonly person: Person
  private process: ChildProcess | undefined

  constructor(person: Person) {
    this.person = person
    this.runtime = join(person.home, 'runtime')
  }

  async start(): Promise<void> {
    mkdirSync(this.runtime, { mode: 0o700 })
    const script =
      'mkdir -p /run/systemd && mount -t tmpfs none /run/systemd && mkdir /run/systemd/system && exec "$0" --user --log-target=null'
    this.process = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script, systemd], {
      env: this.env,
      stdio: 'ignore',
    })
    await expect
      .poll(() => this.systemctl('is-system-running').stdout, { timeout: 20_000 })
      .toMatch(/running|degraded|starting/)
  }

  /** `systemctl --user …`. */
  systemctl(...words: string[]): SpawnSyncReturns<string> {
    const namespace = ['--target', String(this.process?.pid), '--mount']
    return spawnSync('nsenter', [...namespace, 'systemctl', '--user', ...words], { encoding: 'utf8', env: this.env })
  }

  /** With everything that it runs. */
  async end(): Promise<void> {
    const { process } = this
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return
    this.systemctl('stop', '*.service')
    process.kill('SIGKILL')
    await once(process, 'exit')
    rmSync(this.runtime, { recursive: true, force: true })
  }

  private get env(): NodeJS.ProcessEnv {
    return { ...this.person.env, XDG_RUNTIME_DIR: this.runtime }
  }
}
