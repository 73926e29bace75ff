import { join } from 'node:path'

/** The files of one software enclave, in its application's folder. */
export interface Layout {
  readonly folder: string
  readonly package: string
  /** The plan as the supervisor reads it. */
  readonly plan: string
  /** Held by the supervisor as long as it lives (flock(1)). */
  readonly lock: string
  /** Who the supervisor is. */
  readonly supervisor: string
  /** What the supervisor says of itself. */
  readonly report: string
  /** What the application and the supervisor print. */
  readonly log: string
  /** What they printed before the log became too long. */
  readonly olderLog: string
  /** Unix socket on which the supervisor is asked for things. */
  readonly control: string
  /** Image of encrypted storage: a file system of limited size that holds nothing but ciphertext. */
  readonly image: string
  /** Where the image is mounted, and where it is decrypted: only inside the supervisor's mount namespace. */
  readonly cipher: string
  readonly plain: string
  readonly seccomp: string
  /** The few files of /etc that the sandbox sees as its own. */
  readonly etc: string
  /** What a container and its supervisor share. */
  readonly container: string
}

export function layout(folder: string): Layout {
  const at = (name: string): string => join(folder, name)
  return {
    folder,
    package: at('package'),
    plan: at('plan.json'),
    lock: at('supervisor.lock'),
    supervisor: at('supervisor.json'),
    report: at('report.json'),
    log: at('log'),
    olderLog: at('log.1'),
    control: at('control'),
    image: at('storage.img'),
    cipher: at('cipher'),
    plain: at('plain'),
    seccomp: at('seccomp.bpf'),
    etc: at('etc'),
    container: at('container'),
  }
}

/** What goes when an enclave ends for good: everything but the report and the log. */
export function perishable(files: Layout): string[] {
  const { image, cipher, plain, plan, seccomp, etc, container, supervisor, control } = files
  return [image, cipher, plain, files.package, plan, seccomp, etc, container, supervisor, control]
}
