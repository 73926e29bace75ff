import { MseError } from '@mse/core/error'
import { freePort } from '@mse/core/launch/port'
import { listApps } from '@mse/core/state/app'
import type { Folders } from '@mse/core/state/paths'

/** Ports that applications are given, both ends included. */
export interface Ports {
  readonly first: number
  readonly last: number
}

/**
 * Gives out the ports of one service. An application keeps its own as long as there is a record of it, whether it runs or not; what is
 * given out is nobody else's until it is given back.
 */
export class PortRange {
  private readonly ports: Ports
  private readonly address: string
  private readonly given = new Set<number>()

  constructor(address: string, ports: Ports) {
    this.address = address
    this.ports = ports
  }

  /**
   * Runs `work` with ports that nobody listens on and no application is recorded with.
   *
   * @param everybody the folders of every owner
   * @throws MseError `operator/ports` when there are no more
   */
  async withPorts<T>(everybody: readonly Folders[], count: number, work: (ports: number[]) => Promise<T>): Promise<T> {
    const found: number[] = []
    try {
      const recorded = new Set((await Promise.all(everybody.map(listApps))).flat().map(({ app }) => app.port))
      for (let port = this.ports.first; port <= this.ports.last && found.length < count; port += 1) {
        if (recorded.has(port) || this.given.has(port)) continue
        this.given.add(port)
        found.push(port)
        if (!(await this.isFree(port))) {
          found.pop()
          this.given.delete(port)
        }
      }
      if (found.length < count) throw noMore(this.ports)
      return await work(found)
    } finally {
      for (const port of found) this.given.delete(port)
    }
  }

  /** Whether nobody listens on a port now. */
  async isFree(port: number): Promise<boolean> {
    return freePort(this.address, port).then(
      () => true,
      () => false,
    )
  }
}

function noMore({ first, last }: Ports): MseError {
  return new MseError('operator/ports', 'every port of this service is taken', {
    found: `${first}-${last}`,
    next: 'The operator widens the range: mse operator serve --ports FIRST-LAST',
  })
}
