import type { Site } from '../../software/supervisor/dwelling.ts'
import { temporarySpace } from '../../software/supervisor/limits.ts'
import type { ContainerSettings } from '../engine/container-settings.ts'

const mebibyte = 1 << 20
/** Bytes of /key: an identity, and secrets of at most a few MiB. */
const keySpace = 16 * mebibyte
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
 * size. No capabilities, no new privileges, no devices.
 */
export function containerSettings(site: Site, image: string, rootless: boolean): ContainerSettings {
  const { files, plan, artefact, fingerprint } = site
  const { index } = artefact
  const sizes = spaces(site)
  const memory = plan.hardware + sizes.root + sizes.application + keySpace + loaderSpace
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
        '/root': tmpfs(sizes.root, '1777'),
        '/key': tmpfs(keySpace, '1777'),
        '/mse-app': tmpfs(sizes.application, '1777'),
        '/tmp': tmpfs(temporarySpace(plan.hardware), '1777'),
        '/run': tmpfs(otherSpace, '0755'),
        '/var/tmp': tmpfs(otherSpace, '0755'),
      },
      Mounts: [
        { Type: 'bind', Source: files.package, Target: '/opt/mse', ReadOnly: true },
        { Type: 'bind', Source: files.container, Target: '/run/mse', ReadOnly: true },
      ],
      Devices: [],
      Ulimits: [],
      LogConfig: { Type: 'json-file', Config: {} },
    },
  }
}

/** What is stored is memory here: no more of it than `hardware`. The code has room for itself and what it may write beside. */
function spaces({ plan, artefact: { index } }: Site): { readonly root: number; readonly application: number } {
  const code = index.files.filter(({ path }) => path.startsWith('code/')).reduce((sum, { size }) => sum + size, 0)
  return { root: Math.min(plan.storage, plan.hardware), application: 2 * code + 64 * mebibyte }
}
