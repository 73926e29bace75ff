import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EngineService, type RealEngine } from './real-engine.ts'

/** Docker Engine, run by root. Tests without it skip, and say so by their names. */
export const hasDocker: boolean =
  process.getuid?.() === 0 &&
  ['dockerd', 'docker', 'runc', 'dpkg-deb'].every((program) => spawnSync(program, ['--version']).status === 0)

/** Starts a Docker Engine that keeps everything in a folder of its own, beside any other on the machine. */
export async function startDocker(): Promise<RealEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'mse-docker-'))
  const at = (name: string): string => join(folder, name)
  const socket = at('engine.sock')
  writeFileSync(at('daemon.json'), JSON.stringify(settings))
  const words = ['--config-file', at('daemon.json'), '--data-root', at('data'), '--exec-root', at('exec')]
  const service = new EngineService('dockerd', [...words, '--pidfile', at('pid'), '--host', `unix://${socket}`], socket)
  await service.start()
  const command = (...words: string[]): string => {
    const env = { ...process.env, DOCKER_HOST: `unix://${socket}` }
    const { stdout, stderr, status } = spawnSync('docker', words, { env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`docker ${words.join(' ')}: ${stderr}`)
    return stdout.trim()
  }
  return {
    socket,
    command,
    kill: () => service.end(),
    async start() {
      // What was killed with it may stay as a process that nobody has waited for, and then seems to live.
      for (const file of ['pid', 'exec/containerd/containerd.pid']) rmSync(at(file), { force: true })
      await service.start()
    },
    async stop() {
      const all = command('ps', '--all', '--quiet')
      if (all !== '') command('rm', '--force', ...all.split('\n'))
      await service.end('SIGTERM')
      // After it was killed once, its folder is mounted on itself.
      spawnSync('umount', ['--recursive', '--quiet', at('data')])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A machine that is itself a container has lower limits than the engine would set. */
const limit = (name: string): object => ({ Name: name, Soft: 1024, Hard: 1024 })

/** No bridge and no rules: containers are handed sockets that listen already, and the machine is left as it was. */
const settings = {
  bridge: 'none',
  iptables: false,
  'storage-driver': 'vfs',
  'exec-opts': ['native.cgroupdriver=cgroupfs'],
  'default-ulimits': { nofile: limit('nofile'), nproc: limit('nproc') },
}
