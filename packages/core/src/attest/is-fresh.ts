import type { QuoteVerdict, Verdict } from '@mse/attest'
import { MseError } from '../error.ts'
import type { Endpoint } from './channel.ts'
import { proveFreshness } from './freshness.ts'

/** What a server says that does not know the challenge, or does not speak HTTP. Another key is not among it. */
const silence: readonly string[] = ['fresh/unanswered', 'serve/unreachable', 'serve/timeout', 'serve/oversized']

/**
 * Whether the enclave of a verdict has quoted a nonce just now. Software enclaves have to; of hardware, only launchers of mse know the
 * challenge, and nothing tells them from other enclaves: who demands an answer gets a refusal in its place.
 *
 * @throws MseError `fresh/unanswered`, `serve/*`, `certificate/other-key`; AttestationError if the answer is not genuine
 */
export async function isFresh(
  { enclave, scheme }: Verdict | QuoteVerdict,
  endpoint: Endpoint,
  given: Parameters<typeof proveFreshness>[2],
  demanded: boolean,
): Promise<boolean> {
  // A quote alone has no key that a connection could show.
  if (enclave === undefined) return false
  try {
    await proveFreshness(enclave, endpoint, given)
    return true
  } catch (error) {
    const isSilent = error instanceof MseError && silence.includes(error.code)
    if (demanded || scheme === 'mse' || !isSilent) throw error
    return false
  }
}
