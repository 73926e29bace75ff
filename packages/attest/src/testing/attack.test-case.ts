import { expect, it } from 'vitest'
import {
  AttestationError,
  strictSgxPolicy,
  strictTdxPolicy,
  verifyEvidence,
  type Collateral,
  type TcbFacts,
} from '../index.ts'
import { tcbStatuses } from '../tcb/status.ts'
import {
  createHardware,
  generateKey,
  type Hardware,
  type OddCollateral,
  type OddQuote,
  type OddQuotingEnclave,
  type ReportFields,
  type TdReportFields,
} from './index.ts'

export const now: Date = new Date('2026-06-15T12:00:00Z')
export const past: Date = new Date('2026-06-15T11:59:59Z')
export const future: Date = new Date('2026-06-15T12:00:01Z')

const report = { measurement: new Uint8Array(32).fill(0xab), reportData: new Uint8Array(64).fill(1) }
const td = { mrtd: new Uint8Array(48).fill(0xcd), reportData: new Uint8Array(64).fill(1) }

export const sgx: Hardware = await createHardware({ now, tee: 'sgx' })
export const tdx: Hardware = await createHardware({ now, tee: 'tdx' })
export const stranger: CryptoKeyPair = await generateKey()

/** What shall be odd about a quote and its collateral. */
export interface Odd {
  readonly on?: Hardware
  readonly collateral?: OddCollateral
  readonly report?: Partial<ReportFields>
  readonly td?: Partial<TdReportFields>
  readonly type?: 2 | 3 | 4
  readonly qe?: OddQuotingEnclave
  readonly quote?: OddQuote
  /** Replaces the bytes of the quote. */
  readonly bytes?: (quote: Uint8Array) => Uint8Array
  readonly withoutCollateral?: boolean
  readonly change?: (collateral: Collateral) => Partial<Collateral>
}

/** What is said of the platform of a quote that is accepted, whatever it is. */
export async function evaluate(tee: 'sgx' | 'tdx', odd: Odd): Promise<TcbFacts | undefined> {
  const on = odd.on ?? (tee === 'sgx' ? sgx : tdx)
  const quoting = await on.quotingEnclave(odd.qe)
  const quote =
    tee === 'sgx'
      ? await quoting.quote({ ...report, ...odd.report }, odd.quote)
      : await quoting.quoteTd({ ...td, ...odd.td }, odd.type ?? 2, odd.quote)
  const collateral = await on.collateral(odd.collateral)
  const registers = { mrtd: 'any', rtmr0: 'any', rtmr1: 'any', rtmr2: 'any', rtmr3: 'any' } as const
  const open = { tcbStatuses, advisories: 'any' } as const
  const policy =
    tee === 'sgx'
      ? strictSgxPolicy({ measurement: 'any', signer: 'any', ...open })
      : strictTdxPolicy({ ...registers, ...open })
  const verdict = await verifyEvidence({ quote: odd.bytes?.(quote) ?? quote }, policy, {
    now,
    collateral: odd.withoutCollateral === true ? undefined : { ...collateral, ...odd.change?.(collateral) },
    rootsForTesting: [on.rootKeyHash],
  })
  return verdict.tcb
}

/** Its TCB status. */
export async function judge(tee: 'sgx' | 'tdx', odd: Odd): Promise<string> {
  return (await evaluate(tee, odd))?.status ?? 'nothing'
}

/** The code with which a quote is refused. */
export async function refusal(tee: 'sgx' | 'tdx', odd: Odd): Promise<string> {
  try {
    return `accepted: ${await judge(tee, odd)}`
  } catch (error) {
    if (!(error instanceof AttestationError)) throw error
    expect(error.checks.at(-1)).toMatchObject({ code: error.code, outcome: 'failed' })
    return error.code
  }
}

/** Declares the test that a quote is refused with this code. */
export function attack(
  code: string,
  name: string,
  odd: Odd | (() => Odd | Promise<Odd>),
  tee: 'sgx' | 'tdx' = 'sgx',
): void {
  it(`${name}: ${code}`, async () => {
    expect(await refusal(tee, typeof odd === 'function' ? await odd() : odd)).toBe(code)
  })
}

export type Json = Readonly<Record<string, unknown>>

export function levelsOf(document: Json): readonly Json[] {
  return document['tcbLevels'] as readonly Json[]
}

/** Changes the first level of a document. */
export function firstLevel(change: (level: Json) => object): (document: Json) => object {
  return (document) => {
    const [first, ...rest] = levelsOf(document)
    return { ...document, tcbLevels: [{ ...first, ...change(first ?? {}) }, ...rest] }
  }
}

/** What a level demands, with TDX components that demand nothing. */
export function withTdx(level: Json | undefined): object {
  return { ...(level?.['tcb'] as object), tdxtcbcomponents: Array.from({ length: 16 }, () => ({ svn: 0 })) }
}

export function tcbInfo(object: (info: Json) => unknown): Odd {
  return { collateral: { tcbInfo: { object } } }
}

export function qeIdentity(object: (identity: Json) => unknown): Odd {
  return { collateral: { qeIdentity: { object } } }
}

export function status(tcbStatus: string): Odd {
  return tcbInfo(firstLevel(() => ({ tcbStatus })))
}
