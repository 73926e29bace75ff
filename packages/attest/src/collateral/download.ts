import { concat } from '../bytes.ts'
import { CollateralError } from './collateral-error.ts'
import type { Fetch, FetchAnswer } from './fetch.ts'
import { refusedStatus } from './refused-status.ts'

/** What a service sent with status 200. */
export interface Download {
  readonly url: string
  readonly headers: FetchAnswer['headers']
  readonly body: Uint8Array
}

/**
 * One GET. Reads at most `most` bytes, however much is sent.
 *
 * @throws CollateralError; what `signal` was aborted with
 */
export async function download(request: Fetch, url: string, most: number, signal: AbortSignal): Promise<Download> {
  try {
    const answer = await request(url, { redirect: 'error', signal })
    if (answer.status !== 200) {
      answer.body?.getReader().cancel().catch(ignore)
      throw refusedStatus(url, answer.status, answer.headers.get('Retry-After'))
    }
    return { url, headers: answer.headers, body: await readBody(answer, url, most) }
  } catch (cause) {
    signal.throwIfAborted()
    if (cause instanceof CollateralError) throw cause
    throw new CollateralError('collateral/unreachable', `nothing was received from ${url}`, {
      ...foundIn(cause),
      cause,
      next: 'Look at the address and at the network; collateral that was fetched before can be used without one.',
    })
  }
}

async function readBody({ body }: FetchAnswer, url: string, most: number): Promise<Uint8Array> {
  const reader = body?.getReader()
  const parts: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true }
    if (value !== undefined) parts.push(value)
    size += value?.length ?? 0
    if (size > most) {
      reader?.cancel().catch(ignore)
      throw new CollateralError('collateral/too-large', `${url} sends more than collateral can be`, {
        expected: `at most ${most} bytes`,
        next: 'Use another source of collateral.',
      })
    }
    if (done) return concat(...parts)
  }
}

/** What the network calls it, as `ECONNREFUSED`. Node.js wraps it once in its `fetch`. */
function foundIn(cause: unknown): { readonly found?: string } {
  if (!(cause instanceof Error)) return {}
  const code = 'code' in cause ? cause.code : undefined
  return typeof code === 'string' ? { found: code } : foundIn(cause.cause)
}

/** The answer is given up; how that goes does not matter. */
function ignore(): void {}
