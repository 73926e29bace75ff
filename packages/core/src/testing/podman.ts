import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EngineService, type RealEngine } from './real-engine.ts'

/** Debian's Podman with runc and a network, run by root: the real engine. Tests without it skip, and say so by their names. */
export const hasPodman: boolean =
  process.getuid?.() === 0 &&
  ['podman', 'runc', 'iptables', 'dpkg-deb'].every((program) => spawnSync(program, ['--version']).status === 0) &&
  ['/usr/lib/cni/bridge', '/usr/lib/podman/netavark'].some((network) => existsSync(network))

/** Starts the service of a Podman that keeps everything in a folder of its own: images, containers, locks. */
export async function startPodman(): Promise<RealEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'mse-podman-'))
  const at = (name: string): string => join(folder, name)
  mkdirSync(at('tmp'))
  writeFileSync(at('containers.conf'), containersConf(at))
  writeFileSync(at('storage.conf'), storageConf(at))
  const env = { ...process.env, CONTAINERS_CONF: at('containers.conf'), CONTAINERS_STORAGE_CONF: at('storage.conf') }
  const socket = at('engine.sock')
  const service = new EngineService('podman', ['system', 'service', '--time=0', `unix://${socket}`], socket, env)
  await service.start()
  const command = (...words: string[]): string => {
    const { stdout, stderr, status } = spawnSync('podman', words, { env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`podman ${words.join(' ')}: ${stderr}`)
    return stdout.trim()
  }
  return {
    socket,
    command,
    kill: () => service.end(),
    start: () => service.start(),
    async stop() {
      command('rm', '--force', '--all', '--time', '0')
      await service.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A machine that is itself a container has lower limits than the engine would set. */
function containersConf(at: (name: string) => string): string {
  return `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
tmp_dir = "${at('tmp')}"
`
}

function storageConf(at: (name: string) => string): string {
  return `[storage]\ndriver = "vfs"\nrunroot = "${at('run')}"\ngraphroot = "${at('graph')}"\n`
}
