import { fromBase64 } from '../base64.ts'
import type { Collateral } from '../collateral/collateral.ts'
import { FormatError } from '../error.ts'
import { demandMembers } from '../json/parse-object.ts'
import { Ledger } from '../ledger.ts'
import { decodeQuote } from '../quote/decode.ts'
import { readRaTlsCertificate } from '../ra-tls/certificate.ts'
import { readRaTls } from '../ra-tls/read.ts'
import { toText } from '../utf8.ts'
import { readChain } from '../x509/chain.ts'
import { pemToDers, toPem } from '../x509/pem.ts'
import type { CertificateEvidence } from './evidence.ts'
import { pemToCertificate } from './pem-certificate.ts'

const members = [
  'input_args',
  'ratls_certificate',
  'root_ca_crl',
  'pck_platform_crl',
  'tcb_info',
  'qe_identity',
  'tcb_cert',
  'signer_pk',
] as const

/** Whether the members are those of an `evidence.json` that `mse home evidence` of Cosmian wrote. */
export function isMseHomeEvidence(file: Readonly<Record<string, unknown>>): boolean {
  return Object.hasOwn(file, 'ratls_certificate')
}

/**
 * Reads an `evidence.json` of `mse home`: the certificate, and collateral as it was collected beside it. That file names
 * issuers of the collateral only in part, so their chains are completed with the certificates of the quote; nothing is
 * believed for it. `input_args` and `signer_pk` are what its writer says of the enclave; a policy says it, or nobody.
 *
 * @throws FormatError; AttestationError if the certificate carries no quote that brings its chain
 */
export function readMseHomeEvidence(file: Readonly<Record<string, unknown>>): CertificateEvidence {
  demandMembers(file, members)
  const certificate = pemToCertificate(textOf(file, 'ratls_certificate'))
  const [ca, root] = issuersOf(certificate)
  const tcbChain = toPem('CERTIFICATE', pemToCertificate(textOf(file, 'tcb_cert'))) + root
  const collateral: Collateral = {
    tcbInfo: fromHex(toText(fromBase64(textOf(file, 'tcb_info')), '"tcb_info" is not base64 of hex')),
    tcbInfoIssuerChain: tcbChain,
    qeIdentity: fromBase64(textOf(file, 'qe_identity')),
    qeIdentityIssuerChain: tcbChain,
    pckCrl: pemToCrl(textOf(file, 'pck_platform_crl')),
    pckCrlIssuerChain: ca + root,
    rootCaCrl: pemToCrl(textOf(file, 'root_ca_crl')),
  }
  return { certificate, collateral }
}

/** The CA of the PCK certificate and the root, as the quote brings them; PEM. */
function issuersOf(certificate: Uint8Array): readonly [ca: string, root: string] {
  const ledger = new Ledger()
  const { quote } = readRaTls(ledger, readRaTlsCertificate(certificate))
  const [, ca, root] = readChain(decodeQuote(ledger, quote).ders)
  if (ca === undefined || root === undefined) throw new FormatError('the quote does not bring its chain')
  return [toPem('CERTIFICATE', ca.bytes), toPem('CERTIFICATE', root.bytes)]
}

function pemToCrl(text: string): Uint8Array {
  const [crl, ...more] = pemToDers(text, 'X509 CRL')
  if (crl === undefined || more.length > 0) throw new FormatError('more than one CRL')
  return crl
}

/** Hex digits and perhaps a line end: the file of a real enclave has one. */
function fromHex(text: string): Uint8Array {
  const hex = text.replace(/\n$/, '')
  if (!/^[0-9a-f]+$/.test(hex) || hex.length % 2 !== 0) throw new FormatError('"tcb_info" is not base64 of hex')
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

function textOf(file: Readonly<Record<string, unknown>>, member: (typeof members)[number]): string {
  const text = file[member]
  if (typeof text !== 'string') throw new FormatError(`"${member}" is not a string`)
  return text
}
