import type { PlatformName } from '@mse/core/platform/platform'
import type { Ports } from '../launches/port-range.ts'

/** One port for all applications, and what their names end with (decisions/0029). */
export interface Names {
  readonly domain: string
  readonly port: number
}

/** How an operator serves. */
export interface OperatorSettings {
  /** IP literal that the service listens on, and applications without names. */
  readonly address: string
  /** Of the service; 0 for any. */
  readonly port: number
  /** Name or address under which both are reached; undefined: the name that a client has used. */
  readonly host: string | undefined
  /** That applications are given. */
  readonly ports: Ports
  /** Undefined: applications are reached at ports of their own. */
  readonly names: Names | undefined
  /** Platforms that it launches. */
  readonly platforms: readonly PlatformName[]
}

/** What is taken from strangers at most. Times in milliseconds, sizes in bytes. */
export interface Limits {
  readonly connections: number
  readonly connectionsPerAddress: number
  readonly headers: number
  readonly headersTimeout: number
  readonly requestTimeout: number
  readonly handshakeTimeout: number
  /** Of a body of JSON. */
  readonly json: number
  /** Of one part of a blob. */
  readonly part: number
  /** Of a blob. */
  readonly blob: number
  /** Requests in a second, and how many at once after a pause: of one token, of one address without a token. */
  readonly perToken: Rate
  readonly perStranger: Rate
  /** Logs that are followed at once with one token. */
  readonly followers: number
  /** Uploads at once of one owner. */
  readonly uploads: number
  /** Milliseconds after which a launch is ended that its owner asks nothing about. */
  readonly lease: number
}

export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

export const ordinaryLimits: Limits = {
  connections: 1024,
  connectionsPerAddress: 256,
  headers: 8192,
  headersTimeout: 10_000,
  requestTimeout: 120_000,
  handshakeTimeout: 10_000,
  json: 64 << 10,
  part: 16 << 20,
  blob: 16 * 2 ** 30,
  perToken: { perSecond: 50, burst: 200 },
  perStranger: { perSecond: 20, burst: 100 },
  followers: 16,
  uploads: 8,
  lease: 30_000,
}
