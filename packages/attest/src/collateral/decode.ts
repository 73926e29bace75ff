import { once, type Attempt } from '../attempt.ts'
import { concat } from '../bytes.ts'
import { FormatError } from '../error.ts'
import type { Certificate } from '../x509/certificate.ts'
import { readChain } from '../x509/chain.ts'
import { readCrl, type Crl } from '../x509/crl.ts'
import { pemToDers } from '../x509/pem.ts'
import type { Collateral } from './collateral.ts'
import { readEnclaveIdentity, type EnclaveIdentity } from './enclave-identity.ts'
import { parseSigned, readSignedDocument, type SignedDocument } from './signed-document.ts'
import { readTcbInfo, type TcbInfo } from './tcb-info.ts'

/** The signer of a document, and the root that issued it. */
export interface SignerChain {
  readonly signer: Certificate
  readonly root: Certificate
}

/** Collateral as typed values, each read when it is first asked for. `tcbInfo` and `qeIdentity` are for whose signature has been judged. */
export interface DecodedCollateral {
  readonly tcbSigner: Attempt<SignerChain>
  readonly qeSigner: Attempt<SignerChain>
  /** Whether a revocation list is no bytes at all. */
  readonly lacksCrl: boolean
  readonly pckCrl: Attempt<Crl>
  readonly rootCaCrl: Attempt<Crl>
  readonly tcbInfoDocument: Attempt<SignedDocument>
  readonly qeIdentityDocument: Attempt<SignedDocument>
  readonly tcbInfo: Attempt<TcbInfo>
  readonly qeIdentity: Attempt<EnclaveIdentity>
}

/** Bytes of one member. Intel's largest is 40 KiB. */
const largest = 1024 * 1024

/** Does not throw: a failure is judged in its place. @param root of the quote's chain, which is the signers' root, too */
export function decodeCollateral(collateral: Collateral, root?: Certificate): DecodedCollateral {
  const tcbSigner = once(() => readSignerChain(collateral.tcbInfoIssuerChain, root))
  const sameSigner = collateral.qeIdentityIssuerChain === collateral.tcbInfoIssuerChain
  const tcbInfoDocument = once(() => readSignedDocument(bounded(collateral.tcbInfo), 'tcbInfo'))
  const qeIdentityDocument = once(() => readSignedDocument(bounded(collateral.qeIdentity), 'enclaveIdentity'))
  return {
    tcbSigner,
    qeSigner: sameSigner ? tcbSigner : once(() => readSignerChain(collateral.qeIdentityIssuerChain, root)),
    lacksCrl: collateral.pckCrl.length === 0 || collateral.rootCaCrl.length === 0,
    pckCrl: once(() => readCrl(bounded(collateral.pckCrl))),
    rootCaCrl: once(() => readCrl(bounded(collateral.rootCaCrl))),
    tcbInfoDocument,
    qeIdentityDocument,
    tcbInfo: once(() => readTcbInfo(parseSigned(tcbInfoDocument()))),
    qeIdentity: once(() => readEnclaveIdentity(parseSigned(qeIdentityDocument()))),
  }
}

/** PEM, as PCS and PCCS send it and Intel's libraries keep it: with a final NUL, sometimes. */
function readSignerChain(pem: string, known: Certificate | undefined): SignerChain {
  if (pem.length > largest) throw new FormatError('more than 1 MiB')
  const ders = pemToDers(pem.endsWith('\0') ? pem.slice(0, -1) : pem)
  if (ders.length !== 2) throw new FormatError(`${ders.length} certificates in place of a signer and its root`)
  const [signer, root] = readChain(ders, known)
  if (signer === undefined || root === undefined) throw new FormatError('not two certificates')
  return { signer, root }
}

function bounded(bytes: Uint8Array): Uint8Array {
  if (bytes.length > largest) throw new FormatError('more than 1 MiB')
  return bytes
}

/** A copy that nobody can change any more. */
export function copyCollateral(collateral: Collateral): Collateral {
  return {
    tcbInfo: concat(collateral.tcbInfo),
    tcbInfoIssuerChain: collateral.tcbInfoIssuerChain,
    qeIdentity: concat(collateral.qeIdentity),
    qeIdentityIssuerChain: collateral.qeIdentityIssuerChain,
    pckCrl: concat(collateral.pckCrl),
    pckCrlIssuerChain: collateral.pckCrlIssuerChain,
    rootCaCrl: concat(collateral.rootCaCrl),
  }
}
