import { FormatError } from '../error.ts'
import { Members } from '../json/members.ts'
import { readSvnLevels, type SvnLevel } from './svn-level.ts'

/** What Intel says about one of its own enclaves (Intel PCS API, version 4, "QE identity"). Hex is lower-case, in memory order. */
export interface EnclaveIdentity {
  readonly id: 'QE' | 'TD_QE' | 'QVE' | 'QAE'
  readonly issueDate: Date
  readonly nextUpdate: Date
  readonly evaluationNumber: number
  /** 4 bytes each. */
  readonly miscSelect: string
  readonly miscSelectMask: string
  /** 16 bytes each. */
  readonly attributes: string
  readonly attributesMask: string
  /** 32 bytes. */
  readonly mrsigner: string
  readonly isvProdId: number
  /** Highest first. */
  readonly levels: readonly SvnLevel[]
}

/**
 * @param value the signed member, parsed
 * @throws FormatError
 */
export function readEnclaveIdentity(value: unknown): EnclaveIdentity {
  const identity = new Members(value, 'enclave identity')
  const version = identity.integer('version', 0xffff_ffff)
  if (version !== 2) throw new FormatError(`an enclave identity of version ${version}`, 'version')
  return {
    id: identity.word('id', ['QE', 'TD_QE', 'QVE', 'QAE']),
    issueDate: identity.date('issueDate'),
    nextUpdate: identity.date('nextUpdate'),
    evaluationNumber: identity.integer('tcbEvaluationDataNumber', 0xffff_ffff),
    miscSelect: identity.hex('miscselect', 8),
    miscSelectMask: identity.hex('miscselectMask', 8),
    attributes: identity.hex('attributes', 32),
    attributesMask: identity.hex('attributesMask', 32),
    mrsigner: identity.hex('mrsigner', 64),
    isvProdId: identity.integer('isvprodid', 65_535),
    levels: readSvnLevels(identity),
  }
}
