import { join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Where engines listen, in the order in which they are tried: where `DOCKER_HOST` or `CONTAINER_HOST` says and nowhere else; the user's own
 * Podman; that of the machine; Docker's.
 */
export function engineSockets(env: Environment, uid: number | undefined): string[] {
  const named = env['DOCKER_HOST'] || env['CONTAINER_HOST']
  if (named) return [named.replace(/^unix:\/\//, '')]
  const runtime = env['XDG_RUNTIME_DIR'] || `/run/user/${uid ?? 0}`
  const own = uid === 0 ? [] : [join(runtime, 'podman/podman.sock'), join(runtime, 'docker.sock')]
  return [...own, '/run/podman/podman.sock', '/run/docker.sock', '/var/run/docker.sock']
}
