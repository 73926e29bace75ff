import type { Basis, BasisProofs } from '../basis.ts'
import { toHex } from '../bytes.ts'
import type { Ledger } from '../ledger.ts'
import type { Certificate } from '../x509/certificate.ts'
import { formatDate, namesAsIssuer } from '../x509/chain.ts'
import type { Crl } from '../x509/crl.ts'
import type { DecodedCollateral } from './decode.ts'

/**
 * Judges both revocation lists: the root's, and that of the CA that issued the PCK certificate.
 *
 * @throws AttestationError `crl/…`
 */
export function judgeCrls(
  ledger: Ledger,
  { ca, root }: Basis,
  collateral: DecodedCollateral,
  proofs: BasisProofs,
  now: Date,
): { readonly rootCrl: Crl; readonly pckCrl: Crl } {
  ledger.require('crl/missing', !collateral.lacksCrl)
  const lists = ledger.decode('crl/malformed', () => [collateral.rootCaCrl(), collateral.pckCrl()] as const)
  const [rootCrl, pckCrl] = lists
  ledger.passDecoded('crl/malformed')
  ledger.require('crl/issuer', namesAsIssuer(rootCrl, root) && namesAsIssuer(pckCrl, ca))
  ledger.require('crl/signature', proofs.rootCrlIsSigned && proofs.pckCrlIsSigned)
  const early = lists.find(({ thisUpdate }) => !(thisUpdate.getTime() <= now.getTime()))
  ledger.require('crl/not-yet-valid', early === undefined, early && dates(early, now))
  const late = lists.find(({ nextUpdate }) => !(now.getTime() <= nextUpdate.getTime()))
  ledger.require('crl/expired', late === undefined, late && dates(late, now))
  return { rootCrl, pckCrl }
}

/** A serial number counts for the issuer of its list alone. */
export function judgeRevocation(
  ledger: Ledger,
  { rootCrl, pckCrl }: { readonly rootCrl: Crl; readonly pckCrl: Crl },
  {
    leaf,
    ca,
    root,
    signers,
  }: {
    readonly leaf: Certificate
    readonly ca: Certificate
    readonly root: Certificate
    readonly signers: readonly Certificate[]
  },
): void {
  ledger.require('crl/pck', !isRevoked(pckCrl, leaf), { found: toHex(leaf.serial) })
  // The root is its own issuer: what it says of itself is heard.
  ledger.require('crl/ca', !isRevoked(rootCrl, ca) && !isRevoked(rootCrl, root), { found: toHex(ca.serial) })
  ledger.require('crl/signer', !signers.some((signer) => isRevoked(rootCrl, signer)))
}

function isRevoked({ revoked }: Crl, { serial }: Certificate): boolean {
  return revoked.has(toHex(serial))
}

function dates({ thisUpdate, nextUpdate }: Crl, now: Date): { expected: string; found: string } {
  return { expected: `${formatDate(thisUpdate)} … ${formatDate(nextUpdate)}`, found: formatDate(now) }
}
