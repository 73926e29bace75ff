import { collateralNeed, type Collateral, type Evidence } from '@mse/attest'
import { MseError } from '../../error.ts'
import type { Session } from '../../session.ts'
import { expiryWarning } from './expiry-warning.ts'
import { openCollateral } from './open-collateral.ts'
import type { CollateralSettings } from './settings.ts'

/** Whoever answers in the place of a pinned service does not get their way by it. */
const final: readonly unknown[] = ['collateral/pin', 'collateral/certificate']

/**
 * The collateral that evidence has to be judged with: our own, because what is brought along may be the oldest that is still
 * valid; what the evidence brings, if there is no other; none for a software enclave. Warns of collateral that ends soon.
 *
 * @param authorities certificate authorities (PEM) in place of those of Node.js
 * @throws CollateralError; MseError `collateral/offline`; AttestationError if the evidence cannot be read
 */
export async function collateralFor(
  session: Session,
  evidence: Evidence,
  settings: CollateralSettings,
  authorities?: readonly string[],
): Promise<Collateral | undefined> {
  const need = collateralNeed(evidence)
  if (need === undefined) return undefined
  const collateral = await openCollateral(session, settings, authorities)
    .collect(need)
    .catch((error: unknown) => instead(session, evidence.collateral, error))
  const warning = expiryWarning(collateral, session.now())
  if (warning !== undefined) session.warn(warning)
  return collateral
}

function instead(session: Session, brought: Collateral | undefined, error: unknown): Collateral {
  session.signal.throwIfAborted()
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (brought === undefined || typeof code !== 'string' || final.includes(code)) throw error
  if (!(error instanceof MseError)) session.warn(`the collateral that came with the evidence is used (${code})`)
  return brought
}
