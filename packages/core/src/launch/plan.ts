import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import { MseError } from '../error.ts'
import { canonicalJson } from '../package/canonical-json.ts'
import type { Interpreter } from '../package/interpreter.ts'

/** What a platform needs to start an application, beside the package itself. */
export interface LaunchPlan {
  /** The application's folder; the package lies in `package/` below it. */
  readonly folder: string
  /** Bytes; of the measured configuration. */
  readonly hardware: number
  readonly storage: number
  /** The Python that runs the package; of the minor version that the package is for. */
  readonly interpreter: Interpreter
  /** Seconds that an enclave nobody provisions is kept. */
  readonly patience: number
  readonly unmeasured: Unmeasured
}

/** All that enters an enclave without being measured (spec/3-launch.md). */
export interface Unmeasured {
  readonly address: string
  readonly port: number
  /** 32 hex digits. */
  readonly instance: string
  readonly names: readonly string[]
  readonly notAfter: Date
}

/** A new instance: nothing of it was used before. */
export function newInstance(): string {
  return randomBytes(16).toString('hex')
}

/**
 * The value of `MSE_LAUNCH`.
 *
 * @throws MseError `launch/malformed`
 */
export function encodeUnmeasured({ address, port, instance, names, notAfter }: Unmeasured): string {
  if (isIP(address) === 0) throw malformed('the address to listen on is not an IP literal', address)
  if (names.length < 1 || names.length > 16 || !names.every(isCertificateName)) {
    throw malformed('the names for the certificate are not 1 to 16 DNS names or IP literals', names.join(', '))
  }
  const not_after = Math.floor(notAfter.getTime() / 1000)
  return canonicalJson({ schema: 'mse-launch/1', address, port, instance, names, not_after })
}

function isCertificateName(name: string): boolean {
  return isIP(name) !== 0 || (name.length <= 253 && /^(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/.test(name))
}

function malformed(message: string, found: string): MseError {
  return new MseError('launch/malformed', message, { found })
}
