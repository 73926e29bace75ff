import { collateralExpiry, type Collateral } from '@mse/attest'

const day = 86_400_000

/** Milliseconds before the end in which collateral is renewed, and warned of where it cannot be. */
export const renewWithin: number = 7 * day

const titles: Readonly<Record<keyof Collateral, string>> = {
  tcbInfo: 'the TCB info',
  tcbInfoIssuerChain: 'a certificate over the TCB info',
  qeIdentity: 'the identity of the quoting enclave',
  qeIdentityIssuerChain: 'a certificate over the identity of the quoting enclave',
  pckCrl: 'the revocation list of the PCK CA',
  pckCrlIssuerChain: 'a certificate over the revocation list of the PCK CA',
  rootCaCrl: "the revocation list of Intel's root",
}

/** What to say of collateral that ends within seven days, or has ended; nothing otherwise. */
export function expiryWarning(collateral: Collateral, now: Date): string | undefined {
  const expiry = collateralExpiry(collateral)
  if (expiry === undefined) return undefined
  const { part, nextUpdate } = expiry
  const left = nextUpdate.getTime() - now.getTime()
  if (left >= renewWithin) return undefined
  const end = `on ${readable(nextUpdate)}`
  if (left < 0) return `${titles[part]} has lapsed ${end}: what it is needed for is refused`
  return `${titles[part]} lapses ${end}; without a newer one, verification will be refused then`
}

/** Until when collateral counts, and what of it ends first; nothing if a part cannot be read. */
export function expiryNotice(collateral: Collateral): string | undefined {
  const expiry = collateralExpiry(collateral)
  return expiry && `good until ${readable(expiry.nextUpdate)}, when ${titles[expiry.part]} lapses`
}

function readable(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' at ')} UTC`
}
