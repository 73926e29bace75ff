import { existsSync } from 'node:fs'
import { canonicalJson, type Json } from '../../../package/canonical-json.ts'
import { quotePort } from '../../sgx/application/direct-manifest.ts'
import { CIPHERTEXT } from '../../sgx/application/render-manifest.ts'
import type { SupervisorPlan } from '../../software/plan-file.ts'
import type { Site } from '../../software/supervisor/dwelling.ts'
import { openFiles } from '../../software/supervisor/limits.ts'
import { storedFolders } from '../../software/supervisor/storage.ts'
import { join } from 'node:path'
import { explainGramine } from './explain-gramine.ts'
import type { Job } from './job.ts'
import type { Loader } from './loader.ts'

/** Name of the manifest and of what belongs to it, without an ending: Gramine adds `.manifest.sgx` and `.sig`, or `.manifest`. */
export const ENCLAVE = 'app'

/**
 * Gramine on an SGX processor. What is stored is ciphertext of the enclave's in a folder of the machine, and outlives the container.
 */
export const gramineSgx: Loader = {
  kind: 0,
  keeps: true,
  memory: () => ({}),
  mounts: ({ files, plan }) => [
    ...storedFolders.map((name) => bind(join(files.cipher, name), `${CIPHERTEXT}/${name}`, false)),
    ...(plan.container?.sgx && existsSync(plan.container.sgx.aesm)
      ? [bind(plan.container.sgx.aesm, '/var/run/aesmd', true)]
      : []),
  ],
  devices: ({ plan: { container } }) =>
    container?.sgx === undefined
      ? []
      : [device(container.sgx.enclave, '/dev/sgx_enclave'), device(container.sgx.provision, '/dev/sgx_provision')],
  job: (site) => jobOf(site, 'gramine-sgx', 0),
  explain: explainGramine,
}

/** Gramine without SGX: it looks after files and mounts as it does with SGX, and protects nothing from the machine. */
export const gramineDirect: Loader = {
  kind: 2,
  keeps: false,
  memory: ({ root, key, application }) => ({
    [`${CIPHERTEXT}/root`]: root,
    [`${CIPHERTEXT}/key`]: key,
    [`${CIPHERTEXT}/mse-app`]: application,
  }),
  mounts: () => [],
  devices: () => [],
  job: (site) => jobOf(site, 'gramine-direct', quotePort(site.plan.port)),
  explain: explainGramine,
}

/** No descriptor comes through Gramine: the launcher makes its own socket, behind process 1. */
function jobOf({ plan }: Site, program: string, quotes: number): Job {
  return {
    argv: [`/usr/bin/${program}`, `/run/mse/${ENCLAVE}`],
    environment: { MSE_LAUNCH: behind(plan), PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' },
    limits: { core: 0, nofile: openFiles },
    seccomp: '',
    behind: plan.port,
    quotes,
    stored: CIPHERTEXT,
  }
}

/** The unmeasured value, with the address at which process 1 finds the launcher. */
function behind({ launch }: SupervisorPlan): string {
  return canonicalJson({ ...(JSON.parse(launch) as Record<string, Json>), address: '127.0.0.1' })
}

function bind(from: string, to: string, readOnly: boolean): ReturnType<Loader['mounts']>[number] {
  return { Type: 'bind', Source: from, Target: to, ReadOnly: readOnly }
}

function device(from: string, to: string): ReturnType<Loader['devices']>[number] {
  return { PathOnHost: from, PathInContainer: to, CgroupPermissions: 'rw' }
}
