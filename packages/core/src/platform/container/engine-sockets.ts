import { join } from 'node:path'
import type { Machine } from '../../doctor/machine.ts'

/** Where engines listen, the likeliest first: what the environment names, this user's Podman, the machine's Podman, Docker. */
export function engineSockets({ root, env }: Pick<Machine, 'root' | 'env'>): string[] {
  const named = /^unix:\/\/(\/.+)$/.exec(env['DOCKER_HOST'] ?? env['CONTAINER_HOST'] ?? '')?.[1]
  if (named !== undefined) return [named]
  const runtime = env['XDG_RUNTIME_DIR']
  return [
    ...(runtime === undefined ? [] : [join(runtime, 'podman/podman.sock')]),
    join(root, 'run/podman/podman.sock'),
    join(root, 'var/run/docker.sock'),
  ]
}
