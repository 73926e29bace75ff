import { formatEntry, newEntry, parseEntry, type CacheEntry } from './cache-entry.ts'
import type { Collateral } from './collateral.ts'
import type { CollateralNeed, CollateralSource } from './source.ts'

/** Somewhere to keep texts under short names of `a-z0-9-`. What it returns is not believed; what it throws is passed on. */
export interface CollateralCache {
  get(key: string): Promise<string | undefined>
  put(key: string, text: string): Promise<void>
}

export interface CachedSource extends CollateralSource {
  /** Asks the source whatever the cache holds; for collateral that the verifier refused. */
  refresh(need: CollateralNeed, signal?: AbortSignal): Promise<Collateral>
}

const day = 86_400_000

/**
 * Asks `source` only for what the cache does not have, and keeps what comes until the earliest nextUpdate of its parts.
 * Lapsed collateral is fetched again, and if that fails the failure is the answer. What is odd is passed on and not kept.
 *
 * @param given.renewWithin milliseconds before the end from which the source is asked again, once a day; if that fails what is
 *   still valid is served
 * @param given.edition told apart in the cache; for sources that were made with `evaluation`
 * @param given.serveLapsed to serve lapsed collateral when the source fails. The verifier will see that it has lapsed
 */
export function cachedSource(
  source: CollateralSource,
  given: CollateralCache & {
    readonly now: () => Date
    readonly renewWithin?: number
    readonly edition?: 'early' | 'standard' | number
    readonly serveLapsed?: boolean
  },
): CachedSource {
  const { renewWithin = 0, serveLapsed = false } = given
  const keyOf = ({ tee, fmspc, ca }: CollateralNeed): string =>
    [tee, fmspc, ca, ...(given.edition === undefined ? [] : [given.edition])].join('-')

  const keep = async (need: CollateralNeed, entry: CacheEntry | undefined): Promise<void> => {
    if (entry !== undefined && given.now() <= entry.lapses) await given.put(keyOf(need), formatEntry(entry))
  }
  const fetchAndKeep = async (need: CollateralNeed, signal?: AbortSignal): Promise<Fetched> => {
    const collateral = await source.collect(need, signal)
    const entry = newEntry(collateral, need, given.now())
    await keep(need, entry)
    return { collateral, odd: entry === undefined }
  }
  return {
    refresh: async (need, signal) => (await fetchAndKeep(need, signal)).collateral,
    async collect(need, signal) {
      const text = await given.get(keyOf(need))
      const held = text === undefined ? undefined : parseEntry(text, need)
      if (held !== undefined && isFresh(held, given.now(), renewWithin)) return held.collateral
      const usable = held !== undefined && (serveLapsed || given.now() <= held.lapses)
      try {
        const { collateral, odd } = await fetchAndKeep(need, signal)
        if (!usable || !odd) return collateral
      } catch (error) {
        signal?.throwIfAborted()
        if (!usable) throw error
      }
      await keep(need, { ...held, asked: given.now() })
      return held.collateral
    },
  }
}

interface Fetched {
  readonly collateral: Collateral
  /** Not to be kept. */
  readonly odd: boolean
}

/** Also not too old to be renewed. A time of asking in the future says nothing. */
function isFresh({ lapses, asked }: CacheEntry, now: Date, renewWithin: number): boolean {
  if (now > lapses) return false
  const sinceAsked = now.getTime() - asked.getTime()
  return lapses.getTime() - now.getTime() >= renewWithin || (sinceAsked >= 0 && sinceAsked < day)
}
