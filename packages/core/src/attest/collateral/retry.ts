import type { Fetch, FetchAnswer } from '@mse/attest'

/** What passes: too many requests, and a service or something before it that has an accident. */
const passingStatus: readonly number[] = [408, 429, 500, 502, 503, 504]

/** The same of the network. Who refuses connections, or does not exist, will do so again. */
const passingErrors: readonly unknown[] = [
  'collateral/timeout',
  'EAI_AGAIN',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
]

/** Milliseconds between attempts. */
const pauses = [500, 1000, 2000]

/** Milliseconds. A service that wants a longer pause is told no: somebody is waiting. */
const longestPause = 20_000

/**
 * A `fetch` that asks again when asking again may help: four times in all, later each time, and not before the service said
 * (Retry-After: RFC 9110, §10.2.3). The last answer or error is the one that counts.
 *
 * @param sleep waits, and throws when the signal is aborted
 */
export function withRetries(
  get: Fetch,
  { now, sleep }: { readonly now: () => Date; readonly sleep: (ms: number, signal: AbortSignal) => Promise<void> },
): Fetch {
  return async (url, options) => {
    for (const pause of pauses) {
      const outcome = await attempt(get, url, options)
      const wait = Math.max(pause, 'answer' in outcome ? retryAfter(outcome.answer, now()) : 0)
      if (!mayPass(outcome) || options.signal.aborted || wait > longestPause) return settle(outcome)
      await sleep(wait, options.signal)
    }
    return get(url, options)
  }
}

type Outcome = { readonly answer: FetchAnswer } | { readonly error: unknown }

async function attempt(...[get, url, options]: [Fetch, ...Parameters<Fetch>]): Promise<Outcome> {
  try {
    return { answer: await get(url, options) }
  } catch (error) {
    return { error }
  }
}

function mayPass(outcome: Outcome): boolean {
  if ('answer' in outcome) return passingStatus.includes(outcome.answer.status)
  return outcome.error instanceof Error && 'code' in outcome.error && passingErrors.includes(outcome.error.code)
}

function settle(outcome: Outcome): FetchAnswer {
  if ('answer' in outcome) return outcome.answer
  throw outcome.error
}

/** Milliseconds; a number of seconds or a date, and 0 for anything else. */
function retryAfter({ headers }: FetchAnswer, now: Date): number {
  const text = headers.get('Retry-After') ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const until = text.endsWith('GMT') ? Date.parse(text) - now.getTime() : 0
  return Number.isNaN(until) ? 0 : Math.max(0, until)
}
