import { hasDocker, startDocker } from './docker.ts'
import { hasPodman, startPodman } from './podman.ts'

/** The engines that speak the Docker Engine API, and whether this machine has them. */
export const realEngines = [
  { name: 'Podman', there: hasPodman, start: startPodman },
  { name: 'Docker', there: hasDocker, start: startDocker },
] as const
