import { verifyFreshness, type Given, type VerifiedEnclave } from '@mse/attest'
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { MseError } from '../error.ts'
import { exchange, type Endpoint } from './channel.ts'

/** The enclave answers at most twice a second. */
const pause = 600
const attempts = 5

/**
 * Over a connection with the attested key, or with `shownKey`, which then proves that there is such an enclave and not where.
 * Proves that the enclave of a certificate is alive now: it has to quote a nonce drawn here (spec/4-evidence.md, "Freshness").
 *
 * @throws MseError `fresh/unanswered`; AttestationError
 */
export async function proveFreshness(
  enclave: VerifiedEnclave,
  endpoint: Endpoint,
  given: Pick<Given, 'collateral' | 'memo'> & { readonly now: () => Date; readonly shownKey?: Uint8Array | undefined },
): Promise<void> {
  const nonce = randomBytes(32)
  const path = `/.well-known/mse/fresh/${nonce.toString('hex')}`
  for (let attempt = 1; ; attempt += 1) {
    const answer = await exchange(endpoint, given.shownKey ?? enclave.tlsKey, { method: 'GET', path })
    if (answer.status === 200) {
      return verifyFreshness(quoteIn(answer.body), Uint8Array.from(nonce), enclave, {
        ...given,
        now: given.now(),
      })
    }
    if (answer.status !== 429 || attempt === attempts) {
      throw new MseError('fresh/unanswered', `the enclave does not answer a challenge (HTTP ${answer.status})`)
    }
    await sleep(pause)
  }
}

function quoteIn(body: Buffer): Uint8Array<ArrayBuffer> {
  try {
    const { quote } = JSON.parse(body.toString()) as { quote?: unknown }
    if (typeof quote === 'string') return Uint8Array.from(Buffer.from(quote, 'base64'))
  } catch {
    // said below
  }
  throw new MseError('fresh/unanswered', 'the enclave answers a challenge with something else than a quote')
}
