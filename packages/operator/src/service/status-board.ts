import { choosePlatform } from '@mse/core/platform/platforms'
import { listApps, type AppOnDisk } from '@mse/core/state/app'
import type { AppView } from '../api/shapes.ts'
import { appView } from '../handlers/app-view.ts'
import type { Owner } from './owner.ts'
import type { Service } from './service.ts'

/** Milliseconds that what an enclave has said of itself is told others. */
const goodFor = 60_000

/**
 * What enclaves have said of themselves. Asking one is a TLS handshake: who lists a hundred does not wait for a hundred. That an
 * application runs is remembered for a minute; whether it lives is looked at each time, and every other state is asked for anew.
 */
export class StatusBoard {
  private readonly service: Service
  /** By instance. */
  private readonly seen = new Map<string, AppView>()

  constructor(service: Service) {
    this.service = service
  }

  /** Asked now. */
  async ask(owner: Owner, onDisk: AppOnDisk): Promise<AppView> {
    const view = await appView(this.service, owner, onDisk)
    if (view.state === 'running') this.seen.set(view.instance, view)
    else this.seen.delete(view.instance)
    return view
  }

  /** As remembered, if that will do. `asked` of the view says when it was. */
  async recall(owner: Owner, onDisk: AppOnDisk): Promise<AppView> {
    const { app, folder } = onDisk
    const seen = this.seen.get(app.instance)
    if (seen === undefined || this.age(seen) > goodFor) return this.ask(owner, onDisk)
    const alive = await choosePlatform(app.platform, owner.session.folders).attach(folder).isAlive()
    return alive ? { ...seen, expires: app.expires } : this.ask(owner, onDisk)
  }

  /** Asks every application of everybody whose answer has become old, one after the other; forgets those that are gone. */
  async refresh(): Promise<void> {
    const there = new Set<string>()
    for (const name of await this.service.ownerNames()) {
      const owner = await this.service.owner(name)
      for (const onDisk of await listApps(owner.session.folders)) {
        const { instance } = onDisk.app
        there.add(instance)
        const seen = this.seen.get(instance)
        if (seen === undefined || this.age(seen) > goodFor / 2) await this.ask(owner, onDisk)
        if (this.service.signal.aborted) return
      }
    }
    for (const instance of this.seen.keys()) if (!there.has(instance)) this.seen.delete(instance)
  }

  private age({ asked }: AppView): number {
    return this.service.now().getTime() - new Date(asked).getTime()
  }
}
