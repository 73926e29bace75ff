import { fromHex, toHex } from '../bytes.ts'
import type { Collateral } from '../collateral/collateral.ts'
import { sha256 } from '../crypto.ts'
import { platforms, tcbSignerName } from '../platform.ts'
import { readCertificate } from '../x509/certificate.ts'
import { writeCollateral, type OddCollateral } from './collateral-writer.ts'
import { hardwareVersions } from './hardware-versions.ts'
import { qeIdentityOf, tcbInfoOf } from './intel-documents.ts'
import { issuePlatform, type IntelKeys, type OddPlatform } from './issue-platform.ts'
import type { PckFields } from './pck-extension.ts'
import { startQuotingEnclave, type OddQuotingEnclave, type QuotingEnclave } from './quoting-enclave.ts'

/** A machine that looks like one of Intel's in everything but its root, with what Intel would say of it. */
export interface Hardware {
  /** Hex SHA-256 of the root's SubjectPublicKeyInfo: for `rootsForTesting`. */
  readonly rootKeyHash: string
  /** PCK certificate, its CA, the root; DER. */
  readonly certificates: readonly Uint8Array[]
  /** With a new attestation key. */
  quotingEnclave(odd?: OddQuotingEnclave): Promise<QuotingEnclave>
  collateral(odd?: OddCollateral): Promise<Collateral>
  readonly keys: IntelKeys
}

/**
 * Makes a machine under a root of its own, up to date in everything. Nobody believes in it but who names its root in
 * `rootsForTesting`.
 *
 * @param given.tee what it is of; decides the quoting enclave and the collateral
 * @param given.ca which CA issues its PCK certificate; the Platform CA if not given
 * @param given.odd what shall be wrong with its certificates, for tests of refusals
 * @param given.pck what its PCK certificate says otherwise
 */
export async function createHardware(given: {
  readonly now: Date
  readonly tee: 'sgx' | 'tdx'
  readonly ca?: 'processor' | 'platform'
  readonly odd?: OddPlatform
  readonly pck?: PckFields
}): Promise<Hardware> {
  const { now, tee, ca = 'platform' } = given
  const names = {
    root: 'Intel SGX Root CA',
    ca: ca === 'processor' ? 'Intel SGX PCK Processor CA' : 'Intel SGX PCK Platform CA',
    pck: 'Intel SGX PCK Certificate',
    signer: tcbSignerName,
  }
  const pck = { ...hardwareVersions, short: ca === 'processor', ...given.pck }
  const { certificates, keys } = await issuePlatform(now, given.odd ?? {}, names, pck)
  const [, , root] = certificates as [Uint8Array, Uint8Array, Uint8Array]
  const quotingEnclave = { vendorId: fromHex(platforms.sgx.vendorId), report: quotingEnclaves[tee] }
  const about = { now, names, certificates, keys, tcbInfo: tcbInfoOf(tee, now), qeIdentity: qeIdentityOf(tee, now) }
  return {
    rootKeyHash: toHex(await sha256(readCertificate(root).spki)),
    certificates,
    keys,
    quotingEnclave: async (odd = {}) => startQuotingEnclave(keys.pck.privateKey, certificates, odd, quotingEnclave),
    collateral: async (odd = {}) => writeCollateral(about, odd),
  }
}

const attributes = Uint8Array.of(0x15, 0, 0, 0, 0, 0, 0, 0, 0xe7, 0, 0, 0, 0, 0, 0, 0)

/** What Intel's quoting enclaves report of themselves; signers as Intel's. */
const quotingEnclaves = {
  sgx: {
    measurement: new Uint8Array(32).fill(0x0e),
    signer: fromHex('8c4f5775d796503e96137f77c68a829a0056ac8ded70140b081b094490c57bff'),
    isvProdId: 1,
    isvSvn: 8,
    attributes,
  },
  tdx: {
    measurement: new Uint8Array(32).fill(0x0f),
    signer: fromHex('dc9e2a7c6f948f17474e34a7fc43ed030f7c1563f1babddf6340c82e0e54a8c5'),
    isvProdId: 2,
    isvSvn: 8,
    attributes,
  },
} as const
