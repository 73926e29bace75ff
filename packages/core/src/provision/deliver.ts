import type { VerifiedEnclave } from '@mse/attest'
import { exchange, type Answer, type Endpoint } from '../attest/channel.ts'
import { MseError } from '../error.ts'
import { bundleLimit, requireVerified } from './bundle.ts'

/**
 * Posts a bundle to the enclave it was made for, over a connection whose key is compared first. The answer comes once every
 * file of the code has been decrypted and matched.
 *
 * @param shownKey key of its connections, where that is not the enclave's own yet, or any more
 * @param secrets content of secrets.json, when the bundle names it and does not contain it
 * @throws MseError `provision/oversized`; with the launcher's own code (`provision/*`), `serve/*`
 */
export async function deliver(
  enclave: VerifiedEnclave,
  endpoint: Endpoint,
  {
    bundle,
    secrets,
    now,
    timeout,
    shownKey = enclave.tlsKey,
  }: { bundle: Uint8Array; secrets?: Uint8Array | undefined; now: Date; timeout: number; shownKey?: Uint8Array },
): Promise<void> {
  requireVerified(enclave, now)
  if (bundle.length > bundleLimit) {
    throw new MseError('provision/oversized', 'this is too long for a bundle', {
      expected: `at most ${bundleLimit} bytes`,
      found: `${bundle.length} bytes`,
      next: 'Ask the owner for it again.',
    })
  }
  const body = JSON.stringify({
    bundle: Buffer.from(bundle).toString('base64'),
    secrets: secrets === undefined ? null : Buffer.from(secrets).toString('base64'),
  })
  const answer = await exchange(
    endpoint,
    shownKey,
    { method: 'POST', path: '/.well-known/mse/provision', body: Buffer.from(body), contentType: 'application/json' },
    timeout,
  )
  if (answer.status !== 200) throw refusal(answer)
}

function refusal(answer: Answer): MseError {
  let code = 'provision/refused'
  let message = `the enclave answered ${answer.status}`
  try {
    const { error } = JSON.parse(answer.body.toString()) as { error: { code: unknown; message: unknown } }
    if (typeof error.code === 'string' && /^provision\/[a-z-]+$/.test(error.code)) code = error.code
    if (typeof error.message === 'string') message = `the enclave refused the bundle: ${error.message.slice(0, 500)}`
  } catch {
    // not the launcher's JSON: the status has to do
  }
  return new MseError(code, message)
}
