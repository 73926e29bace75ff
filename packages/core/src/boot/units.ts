/** A systemd user unit that `mse operator install` can write. */
export interface Unit {
  /** Of its file. */
  readonly name: string
  readonly description: string
  /** After `mse operator`. */
  readonly words: readonly string[]
  /** Lines of [Unit]. */
  readonly order: readonly string[]
  /** Lines of [Service] (systemd.service(5), systemd.kill(5), systemd.exec(5)). */
  readonly service: readonly string[]
}

/** Which units there are, by what they do. */
export const unitNames = {
  applications: 'mse-applications.service',
  serve: 'mse-operator.service',
  route: 'mse-operator-route.service',
} as const

export type UnitKind = keyof typeof unitNames

/**
 * Runs once when the user's services start. The enclaves outlive it: each has a supervisor of its own, so systemd keeps its hands off
 * their processes.
 */
export const applicationsUnit: Unit = {
  name: unitNames.applications,
  description: 'Applications of mse',
  words: ['resume'],
  order: [],
  service: ['Type=oneshot', 'RemainAfterExit=yes', 'KillMode=process', 'TimeoutStartSec=infinity'],
}

/**
 * The service of an operator. What it launched goes on when it ends, so systemd ends the service alone. No new privileges would be
 * one promise too many: storage is mounted by a program that has some (fusermount3).
 *
 * @param words of `mse operator serve`
 */
export function serveUnit(words: readonly string[]): Unit {
  return {
    name: unitNames.serve,
    description: 'Operator service of mse',
    words: ['serve', ...words],
    order: [`After=${unitNames.applications}`],
    service: ['Type=exec', 'Restart=on-failure', 'RestartSec=2', 'KillMode=process'],
  }
}

/**
 * What passes connections on by their names. It starts nothing, and may do nothing but that.
 *
 * @param words of `mse operator route`
 */
export function routeUnit(words: readonly string[]): Unit {
  return {
    name: unitNames.route,
    description: 'Names of applications of mse',
    words: ['route', ...words],
    order: [],
    service: [
      'Type=exec',
      'Restart=on-failure',
      'RestartSec=2',
      'NoNewPrivileges=yes',
      'LockPersonality=yes',
      'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6',
    ],
  }
}
