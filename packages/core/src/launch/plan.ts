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
  /** Milliseconds after which a launcher that does not answer is ended; absent: whoever starts it waits for it. */
  readonly answersWithin?: number | undefined
  /** When it ends by itself. */
  readonly expires: Date | undefined
  /** The launch whose address it takes over when it is asked to, and where it answers until then. */
  readonly replaces: { readonly folder: string; readonly meanwhile: Listening } | undefined
  readonly unmeasured: Unmeasured
}

/** Where somebody listens: an IP literal and a port. */
export interface Listening {
  readonly address: string
  readonly port: number
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

/** The same in words, for people who ask what is not measured. */
export const launchValues: readonly string[] = [
  'address and port to listen on, instance, names and end of the certificate: MSE_LAUNCH',
]

/** A new instance: nothing of it was used before. */
export function newInstance(): string {
  return randomBytes(16).toString('hex')
}

/** Bytes of `MSE_LAUNCH` at most. */
const limit = 4096

/** 9999-12-31T23:59:59Z: the last second that a certificate can name. */
const lastSecond = 253_402_300_799

/**
 * The value of `MSE_LAUNCH`. What the launcher would refuse is refused here, where a person can still see it.
 *
 * @throws MseError `launch/malformed`
 */
export function encodeUnmeasured({ address, port, instance, names, notAfter }: Unmeasured): string {
  const not_after = Math.floor(notAfter.getTime() / 1000)
  demand(isAddress(address), 'the address to listen on is not an IP literal', address)
  demand(isBetween(port, 1, 65_535), 'the port is not one of 1 to 65535', String(port))
  demand(/^[0-9a-f]{32}$/.test(instance), 'the instance is not 32 hex digits', instance)
  const named = names.length >= 1 && names.length <= 16 && names.every(isCertificateName)
  demand(named, 'the names for the certificate are not 1 to 16 DNS names or IP literals', names.join(', '))
  demand(isBetween(not_after, 0, lastSecond), 'the certificate ends before 1970 or after 9999', String(not_after))
  const text = canonicalJson({ schema: 'mse-launch/1', address, port, instance, names, not_after })
  demand(text.length <= limit, 'the names for the certificate are too long together', names.join(', '))
  return text
}

/** A value of `MSE_LAUNCH` with a later end of the certificate: by a second at least, or nothing would be renewed (spec 5). */
export function withEnd(launch: string, wanted: Date): string {
  const { address, port, instance, names, not_after } = JSON.parse(launch) as Unmeasured & {
    readonly not_after: number
  }
  const notAfter = new Date(Math.max(wanted.getTime(), (not_after + 1) * 1000))
  return encodeUnmeasured({ address, port, instance, names, notAfter })
}

function isBetween(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most
}

/** Without a zone: interfaces have other names inside. */
function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes('%')
}

function isCertificateName(name: string): boolean {
  if (isAddress(name)) return true
  // Digits and dots alone are an address, or a mistake.
  return name.length <= 253 && !/^[\d.]+$/.test(name) && /^(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/.test(name)
}

function demand(fits: boolean, message: string, found: string): void {
  if (!fits) throw new MseError('launch/malformed', message, { found })
}
