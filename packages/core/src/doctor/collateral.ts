import { intelRootCaCrl, pccsRootCaCrl } from '@mse/attest/sources'
import { createHttpsGet } from '../attest/collateral/https-get.ts'
import type { Diagnosis } from './diagnosis.ts'
import type { Machine } from './machine.ts'
import type { Question } from './question.ts'

/** What came of asking a service of collateral. */
export interface Reached {
  readonly diagnosis: Diagnosis
  /** The time of the service, if it answered and said so, and ours at that moment. */
  readonly clock?: { readonly theirs: Date; readonly ours: Date }
}

const base = { id: 'host/collateral', title: 'collateral of Intel' } as const

/** Asks the service that is named for its list of revoked certificates: the one thing that is the same for all processors. */
export async function diagnoseCollateral(
  { collateral, authorities }: Pick<Question, 'collateral' | 'authorities'>,
  { signal, now }: Pick<Machine, 'signal' | 'now'>,
): Promise<Reached> {
  if (collateral === undefined) {
    const detail = 'no PCCS is configured, and Intel is not asked unless you say so'
    return { diagnosis: { ...base, outcome: 'skipped', detail, fix: 'mse doctor --online' } }
  }
  const url = collateral.pccs === undefined ? intelRootCaCrl : pccsRootCaCrl(collateral.pccs)
  const { host } = new URL(url)
  const trust = { pins: collateral.pins, ...(authorities === undefined ? {} : { authorities }) }
  try {
    const { status, headers } = await createHttpsGet(trust, collateral.timeout)(url, { signal, redirect: 'error' })
    const date = new Date(headers.get('date') ?? Number.NaN)
    const clock = Number.isNaN(date.getTime()) ? {} : { clock: { theirs: date, ours: now() } }
    if (status === 200) return { diagnosis: { ...base, outcome: 'ok', detail: `${host} answers` }, ...clock }
    return { diagnosis: { ...base, outcome: 'failed', detail: `${host} answers ${status}`, fix: fix(url) }, ...clock }
  } catch (error) {
    signal.throwIfAborted()
    const { message, next } = error as Error & { next?: string }
    return { diagnosis: { ...base, outcome: 'failed', detail: `${host}: ${message}`, fix: next ?? fix(url) } }
  }
}

function fix(url: string): string {
  return `curl --verbose ${url}`
}
