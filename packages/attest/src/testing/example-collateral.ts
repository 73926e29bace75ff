import { ascii } from '../bytes.ts'
import type { Collateral } from '../collateral/collateral.ts'
import type { CollateralNeed } from '../collateral/source.ts'
import { certificateToPem } from '../x509/pem.ts'
import { authority, issueCertificate, usage } from './certificate-writer.ts'
import { bits, commonName, oid, sequence, small, time } from './der-writer.ts'
import { generateKey } from './keys.ts'

/** What the parts say of themselves. */
export interface ExampleCollateral {
  readonly need?: CollateralNeed
  /** When everything was issued. */
  readonly issued: Date
  /** When a part lapses; 30 days after `issued` unless said otherwise, chains ten years after. */
  readonly ends?: Partial<Readonly<Record<keyof Collateral, Date>>>
  readonly tcbEvaluationDataNumber?: number
}

export const exampleNeed: CollateralNeed = { tee: 'sgx', fmspc: '00906ed50000', ca: 'processor' }

const day = 86_400_000

/** Collateral in form alone: whoever verifies a signature of it is disappointed. For tests of sources, caches and dates. */
export async function exampleCollateral(given: ExampleCollateral): Promise<Collateral> {
  const { issued, need = exampleNeed, tcbEvaluationDataNumber = 17, ends = {} } = given
  const endOf = (part: keyof Collateral): Date => ends[part] ?? new Date(issued.getTime() + 30 * day)
  const key = await generateKey()
  const chain = async (part: keyof Collateral): Promise<string> =>
    certificateToPem(
      await issueCertificate({
        subject: 'example',
        issuer: 'example',
        notBefore: issued,
        notAfter: ends[part] ?? new Date(issued.getTime() + 3650 * day),
        publicKey: key.publicKey,
        signedBy: key.privateKey,
        extensions: [usage('issuer'), authority(true)],
      }),
    )
  const dates = (part: keyof Collateral): object => ({ issueDate: iso(issued), nextUpdate: iso(endOf(part)) })
  const { tee, fmspc } = need
  const id = tee.toUpperCase()
  return {
    tcbInfo: signedBody('tcbInfo', { id, version: 3, ...dates('tcbInfo'), fmspc, tcbEvaluationDataNumber }),
    tcbInfoIssuerChain: await chain('tcbInfoIssuerChain'),
    qeIdentity: signedBody('enclaveIdentity', {
      id: tee === 'tdx' ? 'TD_QE' : 'QE',
      version: 2,
      ...dates('qeIdentity'),
      tcbEvaluationDataNumber,
    }),
    qeIdentityIssuerChain: await chain('qeIdentityIssuerChain'),
    pckCrl: list(issued, endOf('pckCrl')),
    pckCrlIssuerChain: await chain('pckCrlIssuerChain'),
    rootCaCrl: list(issued, endOf('rootCaCrl')),
  }
}

function signedBody(member: string, body: object): Uint8Array {
  return ascii(JSON.stringify({ [member]: body, signature: '00'.repeat(64) }))
}

/** A CertificateList that revokes nothing (RFC 5280, §5.1). */
function list(thisUpdate: Date, nextUpdate: Date): Uint8Array {
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'))
  const signed = sequence(small(1), algorithm, commonName('example'), time(thisUpdate), time(nextUpdate))
  return sequence(signed, algorithm, bits(new Uint8Array(64)))
}

function iso(date: Date): string {
  return date.toISOString().replace(/\.\d+/, '')
}
