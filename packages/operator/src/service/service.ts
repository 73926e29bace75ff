import { shareBases } from '@mse/core/base/base-cache'
import { sweep } from '@mse/core/stop/sweep'
import type { PlatformName } from '@mse/core/platform/platform'
import { shareSoftwarePlatform } from '@mse/core/platform/platforms'
import type { Session } from '@mse/core/session'
import type { Folders } from '@mse/core/state/paths'
import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { PortRange } from '../launches/port-range.ts'
import { Turns } from '../turns.ts'
import { operatorFolders, ownerFolders, type OperatorFolders } from '../owners/operator-folders.ts'
import { ownerNames } from '../owners/owner-names.ts'
import { TokenStore } from '../tokens/token-store.ts'
import { Owner } from './owner.ts'
import { RateLimiter } from './rate-limiter.ts'
import { StatusBoard } from './status-board.ts'
import type { Limits, OperatorSettings } from './settings.ts'

/** What an operator service is made of; handlers get nothing else. */
export class Service {
  readonly settings: OperatorSettings
  readonly limits: Limits
  readonly version: string
  readonly now: () => Date
  /** Names of what it launches. */
  readonly platforms: readonly PlatformName[]
  readonly tokens: TokenStore
  readonly ports: PortRange
  readonly board: StatusBoard
  /** Of launches that nobody waits for: as many at once as there are cores. */
  readonly turns = new Turns(availableParallelism())
  readonly perToken: RateLimiter
  readonly perStranger: RateLimiter
  /** Logs that are being followed, by token. */
  readonly followers = new Map<string, number>()
  private readonly session: Session
  private readonly files: OperatorFolders
  private readonly owners = new Map<string, Promise<Owner>>()

  constructor(
    session: Session,
    { settings, limits, version }: { settings: OperatorSettings; limits: Limits; version: string },
  ) {
    this.session = session
    this.settings = settings
    this.limits = limits
    this.version = version
    this.files = operatorFolders(session.folders)
    this.platforms = settings.platforms
    this.tokens = new TokenStore(this.files.tokens)
    this.ports = new PortRange(this.address, settings.ports)
    this.board = new StatusBoard(this)
    this.now = session.now
    const clock = (): number => performance.now()
    this.perToken = new RateLimiter(limits.perToken, clock)
    this.perStranger = new RateLimiter(limits.perStranger, clock)
  }

  /** IP literal that applications listen on: with names, who forwards them is on this machine. */
  get address(): string {
    return this.settings.names === undefined ? this.settings.address : '127.0.0.1'
  }

  get signal(): AbortSignal {
    return this.session.signal
  }

  /** @param name checked: `ownerName` */
  owner(name: string): Promise<Owner> {
    const known = this.owners.get(name) ?? this.open(name)
    this.owners.set(name, known)
    known.catch(() => this.owners.delete(name))
    return known
  }

  /** Every owner that has a folder here. */
  async ownerNames(): Promise<string[]> {
    return ownerNames(this.files)
  }

  async everybody(): Promise<Folders[]> {
    return (await this.ownerNames()).map((name) => ownerFolders(this.files, name).folders)
  }

  /** What commands do first on a machine without a service (spec/6-state.md), for every owner. */
  async sweep(): Promise<void> {
    for (const folders of await this.everybody()) await sweep(folders, this.now())
  }

  /** Launches of a service that was killed have ended with it: their names lead nowhere. */
  async forgetWaiting(): Promise<void> {
    for (const name of await this.ownerNames()) {
      await rm(ownerFolders(this.files, name).waiting, { recursive: true, force: true })
    }
  }

  /** Ends the launches that nobody has decided on, and those that do not answer yet. Applications go on. */
  async close(): Promise<void> {
    const owners = await Promise.all(this.owners.values())
    const waiting = owners.flatMap((owner) => [...owner.candidates.values()])
    const spawning = owners.flatMap((owner) => [...owner.spawning.values()])
    await Promise.all([
      ...waiting.map(({ candidate }) => candidate.abandon(undefined)),
      ...spawning.map(({ ended }) => ended.catch(() => undefined)),
    ])
  }

  private async open(name: string): Promise<Owner> {
    const files = ownerFolders(this.files, name)
    await shareSoftwarePlatform(this.session.folders, files.folders, this.session.now)
    await shareBases(this.session.folders, files.folders)
    return new Owner(name, files, { ...this.session, folders: files.folders })
  }
}
