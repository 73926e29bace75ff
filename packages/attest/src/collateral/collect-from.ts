import { FormatError } from '../error.ts'
import type { Collateral } from './collateral.ts'
import { CollateralError } from './collateral-error.ts'
import { decodeCrl } from './crl-encoding.ts'
import { download, type Download } from './download.ts'
import type { Evaluation } from './evaluation.ts'
import type { Fetch } from './fetch.ts'
import { readIssuerChain } from './issuer-chain.ts'
import { unjudgedBody } from './unjudged-body.ts'

/** Where a service has the parts, for one need. */
export interface Addresses {
  readonly tcbInfo: string
  readonly qeIdentity: string
  readonly pckCrl: string
  readonly rootCaCrl: string
}

/** Bytes. Today's largest are 10 000 and 3 400; as hexadecimal text a list is twice as long. */
const largestBody = 256 * 1024
const largestCrl = 2 * 1024 * 1024

/**
 * Fetches the four parts at once; the first that fails ends all. They are checked as far as it takes to tell an answer from an
 * accident: whether to believe them is the verifier's question.
 *
 * @throws CollateralError; what `signal` was aborted with
 */
export async function collectFrom(
  request: Fetch,
  addresses: Addresses,
  evaluation: Evaluation | undefined,
  signal?: AbortSignal,
): Promise<Collateral> {
  const failed = new AbortController()
  const stop = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal])
  try {
    const [tcbInfo, qeIdentity, pckCrl, rootCaCrl] = await Promise.all([
      download(request, addresses.tcbInfo, largestBody, stop),
      download(request, addresses.qeIdentity, largestBody, stop),
      download(request, addresses.pckCrl, largestCrl, stop),
      download(request, addresses.rootCaCrl, largestCrl, stop),
    ])
    requireEvaluation(evaluation, tcbInfo, 'tcbInfo')
    requireEvaluation(evaluation, qeIdentity, 'enclaveIdentity')
    return {
      tcbInfo: tcbInfo.body,
      tcbInfoIssuerChain: read(tcbInfo, ({ headers }) => readIssuerChain(headers, 'TCB-Info-Issuer-Chain')),
      qeIdentity: qeIdentity.body,
      qeIdentityIssuerChain: read(qeIdentity, ({ headers }) =>
        readIssuerChain(headers, 'Enclave-Identity-Issuer-Chain'),
      ),
      pckCrl: read(pckCrl, ({ body }) => decodeCrl(body)),
      pckCrlIssuerChain: read(pckCrl, ({ headers }) => readIssuerChain(headers, 'PCK-CRL-Issuer-Chain')),
      rootCaCrl: read(rootCaCrl, ({ body }) => decodeCrl(body)),
    }
  } catch (error) {
    failed.abort()
    throw error
  }
}

/** Some services do not know the parameter and send their newest: TCB info and identity have to be of the one number. */
function requireEvaluation(asked: Evaluation | undefined, from: Download, member: 'tcbInfo' | 'enclaveIdentity'): void {
  const { tcbEvaluationDataNumber: found } = read(from, ({ body }) => unjudgedBody(body, member))
  if (typeof asked !== 'number' || found === asked) return
  throw new CollateralError(
    'collateral/evaluation-number',
    `another TCB evaluation data number came from ${from.url}`,
    {
      expected: String(asked),
      found: typeof found === 'number' ? String(found) : 'none',
      next: 'Ask for another number, or use another source of collateral.',
    },
  )
}

function read<T>(from: Download, decode: (from: Download) => T): T {
  try {
    return decode(from)
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    throw new CollateralError('collateral/malformed', `what came from ${from.url} is not collateral`, {
      found: error.message,
      cause: error,
      next: 'Look at the address of the service, and at what stands between.',
    })
  }
}
