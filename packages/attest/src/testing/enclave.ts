import type { CertificateEvidence } from '../evidence/evidence.ts'
import type { RaTlsScheme } from '../ra-tls/schemes.ts'
import { freshReportData } from '../report-data.ts'
import { generateKey } from './keys.ts'
import type { Platform } from './platform.ts'
import type { ReportFields } from './quote-writer.ts'
import type { OddQuote, OddQuotingEnclave } from './quoting-enclave.ts'
import { keyBits, showKey, type OddClaims } from './ra-tls-schemes.ts'
import { raTlsCertificate, type RaTlsFields } from './ra-tls.ts'

/** What a make-believe enclave is, and what shall be wrong with it. */
export interface EnclaveFields {
  readonly now: Date
  /** MRENCLAVE, 32 bytes. */
  readonly measurement: Uint8Array
  /** REPORTDATA[32:64]. A made-up X25519 public key if not given, or zero under a scheme that has none. */
  readonly sealingKey?: Uint8Array
  /** How the certificate carries the quote; as the software enclave's does if not given. */
  readonly scheme?: RaTlsScheme
  readonly oddClaims?: OddClaims
  /** Replaces what the quote would report. */
  readonly report?: Partial<ReportFields>
  readonly oddQuotingEnclave?: OddQuotingEnclave
  readonly oddQuote?: OddQuote
  /** Replaces what the certificate would be made of. */
  readonly certificate?: Partial<RaTlsFields>
}

/** An enclave that is no enclave: keys, a quote over them and a certificate, enough for a verifier's tests. */
export interface MakeBelieveEnclave {
  readonly evidence: CertificateEvidence
  readonly quote: Uint8Array
  readonly tlsKey: CryptoKeyPair
  /** The TLS key as in subjectPublicKey: 0x04 ‖ X ‖ Y. */
  readonly point: Uint8Array
  /** A quote that answers a nonce. */
  answer(nonce: Uint8Array, report?: Partial<ReportFields>): Promise<Uint8Array<ArrayBuffer>>
}

/** Valid from a day before `now` for thirty days, for `app.example` and 127.0.0.1. */
export async function makeEnclave(
  platform: Pick<Platform, 'quotingEnclave'>,
  fields: EnclaveFields,
): Promise<MakeBelieveEnclave> {
  const { now, measurement, report, certificate } = fields
  const quoting = await platform.quotingEnclave(fields.oddQuotingEnclave)
  const tlsKey = certificate?.tlsKey ?? (await generateKey())
  const point = keyBits(new Uint8Array(await crypto.subtle.exportKey('spki', tlsKey.publicKey)))
  const { scheme = 'mse' } = fields
  const rest = fields.sealingKey ?? new Uint8Array(32).fill(scheme === 'mse' || scheme === 'Cosmian' ? 9 : 0)
  const { reportData, oid, wrap } = await showKey(scheme, tlsKey.publicKey, rest, fields.oddClaims)
  const quote = await quoting.quote({ measurement, reportData, ...report }, fields.oddQuote)
  const der = await raTlsCertificate({
    quote,
    oid,
    wrap,
    tlsKey,
    commonName: 'app',
    names: ['app.example', '127.0.0.1'],
    notBefore: new Date(now.getTime() - 86_400_000),
    notAfter: new Date(now.getTime() + 29 * 86_400_000),
    ...certificate,
  })
  return {
    evidence: { certificate: der },
    quote,
    tlsKey,
    point,
    async answer(nonce, other) {
      return quoting.quote({ measurement, reportData: await freshReportData(nonce, point), ...report, ...other })
    },
  }
}
