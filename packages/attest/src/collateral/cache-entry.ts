import { FormatError } from '../error.ts'
import { collateralFromJson, collateralToJson } from '../evidence/collateral-json.ts'
import { parseObject } from '../json/parse-object.ts'
import type { Collateral } from './collateral.ts'
import { collateralExpiry } from './expiry.ts'
import type { CollateralNeed } from './source.ts'
import { unjudgedBody } from './unjudged-body.ts'

/** What a cache holds for one need. */
export interface CacheEntry {
  readonly collateral: Collateral
  /** When a source was last asked for it. */
  readonly asked: Date
  /** The earliest nextUpdate. */
  readonly lapses: Date
}

const schema = 'mse-collateral/1'

/** Intel's TCB info and PCK lists live 30 days. What claims to live longer than this would block the cache, so it is not kept. */
const longestLife = 100 * 86_400_000

/** An entry for collateral that was just fetched, or undefined if there is anything odd about it. */
export function newEntry(collateral: Collateral, need: CollateralNeed, asked: Date): CacheEntry | undefined {
  const lapses = collateralExpiry(collateral)?.nextUpdate
  if (lapses === undefined || lapses.getTime() - asked.getTime() > longestLife) return undefined
  return isFor(need, collateral) ? { collateral, asked, lapses } : undefined
}

export function formatEntry({ collateral, asked }: CacheEntry): string {
  return `${JSON.stringify({ schema, asked: asked.toISOString(), collateral: collateralToJson(collateral) })}\n`
}

/** The entry of a text, or undefined if the text is damaged, of another need, or otherwise not what `formatEntry` wrote. */
export function parseEntry(text: string, need: CollateralNeed): CacheEntry | undefined {
  try {
    const { schema: found, asked, collateral } = parseObject(text)
    const date = new Date(String(asked))
    if (found !== schema || Number.isNaN(date.getTime())) return undefined
    return newEntry(collateralFromJson(collateral), need, date)
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    return undefined
  }
}

/** TCB info v2 is of SGX and does not say so. */
function isFor({ tee, fmspc }: CollateralNeed, { tcbInfo, qeIdentity }: Collateral): boolean {
  const info = unjudgedBody(tcbInfo, 'tcbInfo')
  const { id } = unjudgedBody(qeIdentity, 'enclaveIdentity')
  const kind = String(info['id'] ?? 'SGX').toLowerCase()
  return kind === tee && String(info['fmspc']).toLowerCase() === fmspc && id === (tee === 'tdx' ? 'TD_QE' : 'QE')
}
