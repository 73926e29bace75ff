import type { Ledger } from '../ledger.ts'
import { platforms, type Platform } from '../platform.ts'
import type { Pin, Policy } from './policy.ts'

/** The facts that a policy is about. */
interface Facts {
  readonly platform: Platform
  readonly debug: boolean
  readonly measurement: string
  readonly signer: string
}

/**
 * Is it what was asked for? Comes after the question whether it is genuine.
 *
 * @throws PolicyMismatch
 */
export function judgePolicy(ledger: Ledger, facts: Facts, policy: Policy): void {
  requirePlatform(ledger, facts.platform, policy.platform)
  ledger.pass('policy/platform', platforms[facts.platform].title)

  if (facts.debug && policy.debug !== 'any') throw ledger.refusal('policy/debug')
  ledger.pass('policy/debug', policy.debug === 'any' ? 'debug enclaves accepted by the policy' : undefined)

  judgePin(ledger, 'measurement', facts.measurement, policy.measurement)
  judgePin(ledger, 'signer', facts.signer, policy.signer)
}

/** @throws PolicyMismatch `policy/platform` */
export function requirePlatform(ledger: Ledger, found: Platform, asked: Platform): void {
  if (found === asked) return
  throw ledger.refusal('policy/platform', {
    detail: `the evidence is of a ${platforms[found].title}, the policy asks for a ${platforms[asked].title}`,
    expected: asked,
    found,
  })
}

function judgePin(ledger: Ledger, what: 'measurement' | 'signer', found: string, pin: Pin<string>): void {
  if (pin !== 'any' && !pin.includes(found)) {
    throw ledger.refusal(`policy/${what}`, { expected: pin.join(' or '), found })
  }
  ledger.pass(`policy/${what}`, pin === 'any' ? `any ${what} accepted by the policy` : undefined)
}
