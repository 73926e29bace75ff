import type { CollateralSettings } from '../attest/collateral/settings.ts'
import type { Readiness } from '../platform/platforms.ts'

/** What the doctor is asked. */
export interface Question {
  /** What it has to be ready for; what `auto` would take if nothing is said. */
  readonly platform?: Readiness | undefined
  /** A port that has to be free. */
  readonly port?: number | undefined
  /** The service of collateral that may be asked over the network; undefined: the network is left alone. */
  readonly collateral?: CollateralSettings | undefined
  /** Certificate authorities (PEM) in place of those of Node.js. */
  readonly authorities?: readonly string[]
}
