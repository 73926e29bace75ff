import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Person, root as checkout, type Outcome } from './mse.ts'

/** Whether this machine can play two: network namespaces need root, and ip(8). */
export const canBeTwoMachines: boolean = process.getuid?.() === 0 && spawnSync('ip', ['-V']).status === 0

const user = 12_345
const home = '/home/otto'
const installed = '/opt/mse'

/**
 * Somebody on another machine: network, processes and root folder of their own, and an ordinary user. Of this machine they see the
 * programs, and this checkout, read-only; there is one wire between the two. Everything that they write is below `folder`.
 */
export class PersonElsewhere extends Person {
  /** The root folder of the other machine, as this one sees it. */
  readonly folder: string
  /** Ends of the wire: the address here, the one there, and what the end here is called. */
  readonly near: string
  readonly far: string
  readonly wire: string
  private readonly machine: ChildProcess
  private readonly init: number

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), 'mse-machine-'))
    super({}, join(folder, home))
    this.folder = folder
    const number = process.pid % 250
    this.wire = `mse${process.pid}`
    this.near = `10.199.${number}.1`
    this.far = `10.199.${number}.2`
    chmodSync(folder, 0o755)
    const script = join(folder, 'boot.sh')
    writeFileSync(script, boot(folder))
    const apart = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--propagation', 'private']
    this.machine = spawn('unshare', [...apart, 'bash', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    this.init = this.booted()
    must('ip', 'link', 'add', this.wire, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(this.init))
    must('ip', 'addr', 'add', `${this.near}/30`, 'dev', this.wire)
    must('ip', 'link', 'set', this.wire, 'up')
    for (const words of [`addr add ${this.far}/30 dev eth0`, 'link set eth0 up', 'link set lo up']) {
      must('nsenter', '--target', String(this.init), '--net', 'ip', ...words.split(' '))
    }
  }

  override mse(...words: string[]): Promise<Outcome> {
    const [program, ...args] = this.command(words)
    return this.run(program as string, args, '/')
  }

  override start(...words: string[]): ChildProcess {
    const [program, ...args] = this.command(words)
    return spawn(program as string, args, { env: this.env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] })
  }

  /** The machine goes, and everything on it. */
  override async leave(): Promise<void> {
    this.machine.kill('SIGKILL')
    await new Promise((resolve) => this.machine.once('exit', resolve))
    rmSync(this.folder, { recursive: true, force: true })
  }

  private command(words: readonly string[]): string[] {
    return [
      ...['nsenter', '--target', String(this.init), '--mount', '--net', '--pid'],
      ...['setpriv', '--reuid', String(user), '--regid', String(user), '--clear-groups'],
      ...['env', '-i', '--chdir', home, `HOME=${home}`, 'PATH=/usr/local/bin:/usr/bin:/bin'],
      ...[process.execPath, join(installed, 'packages/cli/bin/mse.js'), ...words],
    ]
  }

  /** The first process of the other machine, once its root folder is in place. */
  private booted(): number {
    for (let attempt = 0; attempt < 500; attempt += 1) {
      const found = spawnSync('pgrep', ['-P', String(this.machine.pid)], { encoding: 'utf8' }).stdout.trim()
      if (found !== '' && spawnSync('test', ['-e', join(this.folder, 'booted')]).status === 0) return Number(found)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
    throw new Error('the other machine does not start')
  }
}

/** Programs and this checkout are shared, read-only; what is written is not. A user namespace needs a root that was not changed by chroot(2). */
function boot(folder: string): string {
  mkdirSync(join(folder, home), { recursive: true })
  const program = dirname(process.execPath)
  const shared = ['/usr', '/etc', ...(program.startsWith('/usr/') ? [] : [program])]
  return `set -eu
    mount --bind '${folder}' '${folder}'
    cd '${folder}'
    mkdir -p dev proc sys tmp run old .${installed}
    for name in bin sbin lib lib64; do test -L /$name && cp -P /$name . || { mkdir $name; mount --rbind /$name $name; }; done
    for place in ${shared.join(' ')}; do mkdir -p .$place; mount --bind $place .$place; mount -o remount,bind,ro .$place; done
    mount --rbind /dev dev; mount -t proc proc proc
    mknod -m 666 fuse c 10 229 && mount --bind fuse dev/fuse
    mount --bind '${checkout}' .${installed}; mount -o remount,bind,ro .${installed}
    chmod 1777 tmp; chown ${user}:${user} .${home}
    pivot_root . old; cd /; umount -l /old; rmdir /old
    touch /booted
    exec sleep infinity`
}

function must(program: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
}
