import { dataLimit, openFiles, stackSize } from '../../software/supervisor/limits.ts'
import { seccompFilter } from '../../software/seccomp.ts'
import type { Loader } from './loader.ts'

/** The interpreter of the image, with the limits and the filter of system calls that a sandbox has. */
export const softwareLoader: Loader = {
  kind: 1,
  keeps: false,
  memory: ({ root, key, application }) => ({ '/root': root, '/key': key, '/mse-app': application }),
  mounts: () => [],
  devices: () => [],
  job: ({ plan, artefact: { index } }) => ({
    argv: [`/usr/bin/python${index.python}`, ...index.configuration.argv],
    environment: { MSE_LAUNCH: plan.launch, HOME: '/root', PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' },
    limits: { data: dataLimit(plan.hardware), stack: stackSize, core: 0, nofile: openFiles },
    seccomp: seccompFilter().toString('base64'),
    behind: 0,
    quotes: 0,
    stored: '/',
  }),
  explain: () => undefined,
}
