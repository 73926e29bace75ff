import type { Site } from '../../software/supervisor/dwelling.ts'
import { temporarySpace } from '../../software/supervisor/limits.ts'
import type { ContainerSettings } from '../engine/container-settings.ts'
import type { Loader } from '../loaders/loader.ts'
import { spacesOf } from './spaces.ts'

const mebibyte = 1 << 20
/** Bytes of /dev/shm, and of the other places that engines make writable by themselves. */
const otherSpace = mebibyte
/** Bytes of process 1 and of what the kernel counts beside. */
const loaderSpace = 64 * mebibyte
/** Processes and threads: what an application may have, and what keeps a machine alive. */
const tasks = 1024

export function containerName(instance: string): string {
  return `mse-${instance}`
}

/**
 * The container of an enclave: the base image, read-only, with the package at /opt/mse, and five folders of memory, each of limited
 * size. No capabilities, no new privileges, no devices but those of SGX.
 */
export function containerSettings(site: Site, loader: Loader, image: string, rootless: boolean): ContainerSettings {
  const { files, plan, artefact, fingerprint } = site
  const { index } = artefact
  const stored = loader.memory(spacesOf(site))
  const memory = Object.values(stored).reduce((sum, size) => sum + size, plan.hardware + loaderSpace)
  const tmpfs = (size: number, mode: string): string => `rw,nosuid,nodev,size=${size},mode=${mode}`
  return {
    Image: image,
    Entrypoint: [`/usr/bin/python${index.python}`, '-I', '-S', '-B', '/run/mse/loader.py'],
    Cmd: [],
    Env: ['LANG=C.UTF-8'],
    User: rootless ? '0:0' : `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`,
    WorkingDir: '/',
    Hostname: 'enclave',
    Labels: {
      'vnd.mse.name': index.configuration.name,
      'vnd.mse.fingerprint': fingerprint,
      'vnd.mse.instance': plan.instance,
    },
    HostConfig: {
      AutoRemove: true,
      ReadonlyRootfs: true,
      Privileged: false,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Memory: memory,
      MemorySwap: memory,
      PidsLimit: tasks,
      ShmSize: otherSpace,
      // One user lives in it, who is not always root: each folder is open to that one user.
      Tmpfs: {
        ...Object.fromEntries(Object.entries(stored).map(([path, size]) => [path, tmpfs(size, '1777')])),
        '/tmp': tmpfs(temporarySpace(plan.hardware), '1777'),
        '/run': tmpfs(otherSpace, '0755'),
        '/var/tmp': tmpfs(otherSpace, '0755'),
      },
      Mounts: [
        { Type: 'bind', Source: files.package, Target: '/opt/mse', ReadOnly: true },
        { Type: 'bind', Source: files.container, Target: '/run/mse', ReadOnly: true },
        ...loader.mounts(site),
      ],
      Devices: loader.devices(site),
      Ulimits: [],
      LogConfig: { Type: 'json-file', Config: {} },
    },
  }
}
