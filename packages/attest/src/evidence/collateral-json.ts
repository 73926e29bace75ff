import { fromBase64, toBase64 } from '../base64.ts'
import type { Collateral } from '../collateral/collateral.ts'
import { FormatError } from '../error.ts'
import { demandMembers, isObject } from '../json/parse-object.ts'
import { toText } from '../utf8.ts'

/** Collateral as the member of an evidence file. */
export interface CollateralJson {
  /** Signed JSON, its bytes as text. */
  readonly tcb_info: string
  /** PEM. */
  readonly tcb_info_issuer_chain: string
  /** Signed JSON, its bytes as text. */
  readonly qe_identity: string
  /** PEM. */
  readonly qe_identity_issuer_chain: string
  /** DER, base64. */
  readonly pck_crl: string
  /** PEM. */
  readonly pck_crl_issuer_chain: string
  /** DER, base64. */
  readonly root_ca_crl: string
}

/**
 * Reads collateral from JSON: exactly these members, each a string. What they say is not looked at.
 *
 * @throws FormatError
 */
export function collateralFromJson(value: unknown): Collateral {
  if (!isObject(value)) throw new FormatError('"collateral" is not an object')
  demandMembers(value, [
    'tcb_info',
    'tcb_info_issuer_chain',
    'qe_identity',
    'qe_identity_issuer_chain',
    'pck_crl',
    'pck_crl_issuer_chain',
    'root_ca_crl',
  ])
  return {
    tcbInfo: new TextEncoder().encode(demandText(value, 'tcb_info')),
    tcbInfoIssuerChain: demandText(value, 'tcb_info_issuer_chain'),
    qeIdentity: new TextEncoder().encode(demandText(value, 'qe_identity')),
    qeIdentityIssuerChain: demandText(value, 'qe_identity_issuer_chain'),
    pckCrl: fromBase64(demandText(value, 'pck_crl')),
    pckCrlIssuerChain: demandText(value, 'pck_crl_issuer_chain'),
    rootCaCrl: fromBase64(demandText(value, 'root_ca_crl')),
  }
}

/** @throws FormatError if signed JSON is not UTF-8, which no JSON is */
export function collateralToJson(collateral: Collateral): CollateralJson {
  return {
    tcb_info: toText(collateral.tcbInfo, 'TCB info that is not UTF-8'),
    tcb_info_issuer_chain: collateral.tcbInfoIssuerChain,
    qe_identity: toText(collateral.qeIdentity, 'a QE identity that is not UTF-8'),
    qe_identity_issuer_chain: collateral.qeIdentityIssuerChain,
    pck_crl: toBase64(collateral.pckCrl),
    pck_crl_issuer_chain: collateral.pckCrlIssuerChain,
    root_ca_crl: toBase64(collateral.rootCaCrl),
  }
}

/** Half a surrogate pair has no bytes: encoding would replace it. */
function demandText(object: Readonly<Record<string, unknown>>, member: string): string {
  const text = object[member]
  if (typeof text !== 'string' || /\p{Surrogate}/u.test(text)) throw new FormatError(`"${member}" is not a string`)
  return text
}
