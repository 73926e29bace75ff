import type { TcbStatus } from '../tcb/status.ts'

/** The values accepted; accepting any is written out. */
export type Pin<T> = readonly T[] | 'any'

/** A bit pattern: the bits that stand in `mask` are as in `value`. Hex in memory order. */
export interface Pattern {
  readonly value: string
  readonly mask: string
}

/** What a relying party demands (spec/4-evidence.md). Every member is present: to leave one out is an error, never "any". */
export type Policy = SoftwarePolicy | SgxPolicy | TdxPolicy

/** Hex is lower-case throughout. */
export interface SoftwarePolicy {
  readonly platform: 'software'
  /** Hex SHA-256 of the SubjectPublicKeyInfo of each software root believed. */
  readonly softwareRoots: readonly string[]
  /** MRENCLAVE, 64 hex digits. */
  readonly measurement: Pin<string>
  /** MRSIGNER, 64 hex digits. */
  readonly signer: Pin<string>
  readonly debug: 'refused' | 'any'
}

/** What is asked of the platform below an enclave. */
interface HardwareDemands {
  readonly debug: 'refused' | 'any'
  /** What Intel may say of the platform. Revoked cannot be accepted. */
  readonly tcbStatuses: readonly TcbStatus[]
  /** The advisories of Intel, `INTEL-SA-…`, that may stand open. */
  readonly advisories: Pin<string>
  /** Of TCB info and QE identity: what is up to date under an old number may not be under a new one. */
  readonly tcbEvaluationNumberMinimum: number | 'any'
  /** 3; 2 for collateral of before 2023. */
  readonly tcbInfoVersions: readonly number[]
  /** 12 hex digits. */
  readonly fmspc: Pin<string>
  /** 32 hex digits. */
  readonly ppid: Pin<string>
  /** 32 hex digits. */
  readonly platformInstance: Pin<string>
}

export interface SgxPolicy extends HardwareDemands {
  readonly platform: 'sgx'
  /** MRENCLAVE, 64 hex digits. */
  readonly measurement: Pin<string>
  /** MRSIGNER, 64 hex digits. */
  readonly signer: Pin<string>
  readonly isvProdId: Pin<number>
  readonly isvSvnMinimum: number | 'any'
  /** FLAGS and XFRM, 32 hex digits. */
  readonly attributes: Pattern | 'any'
  /** CONFIGID, 128 hex digits. */
  readonly configId: Pin<string>
}

/** Registers are 96 hex digits. */
export interface TdxPolicy extends HardwareDemands {
  readonly platform: 'tdx'
  readonly mrtd: Pin<string>
  readonly rtmr0: Pin<string>
  readonly rtmr1: Pin<string>
  readonly rtmr2: Pin<string>
  readonly rtmr3: Pin<string>
  readonly mrseam: Pin<string>
  readonly mrsignerseam: Pin<string>
  readonly mrconfigid: Pin<string>
  readonly mrowner: Pin<string>
  readonly mrownerconfig: Pin<string>
  /** Zero if no service domain may migrate it. A report of before TDX 1.5 counts as zero. */
  readonly mrservicetd: Pin<string>
  /** 16 hex digits. */
  readonly tdAttributes: Pattern | 'any'
  /** 16 hex digits. */
  readonly xfam: Pattern | 'any'
}

export const schema = 'mse-policy/1'
