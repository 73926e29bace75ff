import type { VerifiedEnclave } from '@mse/attest'
import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { MseError } from '../error.ts'
import { canonicalJson, parseCanonicalJson } from '../package/canonical-json.ts'
import type { App } from '../state/app.ts'

/** What an owner hands to an operator (spec/5-provision.md, "The file"): a bundle, and in clear what it is and for which launch. */
export interface BundleFile {
  readonly schema: 'mse-bundle-file/1'
  readonly name: string
  /** The launch that the evidence said to be of; null if it did not say. */
  readonly instance: string | null
  /** 64 hex. */
  readonly fingerprint: string
  /** REPORTDATA of the launch that it was sealed to, 128 hex. */
  readonly report_data: string
  /** Seconds since 1970. */
  readonly expires: number
  /** Of the secrets.json that the operator has to supply; null: none. */
  readonly secrets_sha256: string | null
  /** The age file, base64. */
  readonly bundle: string
}

const hex = (length: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${length}}$`)))
const shape = v.strictObject({
  schema: v.literal('mse-bundle-file/1'),
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
  instance: v.nullable(hex(32)),
  fingerprint: hex(64),
  report_data: hex(128),
  expires: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  secrets_sha256: v.nullable(hex(64)),
  bundle: v.pipe(v.string(), v.base64()),
})

export function encodeBundleFile(file: BundleFile): string {
  return `${canonicalJson({ ...file })}\n`
}

/** @throws MseError `provision/malformed` */
export function decodeBundleFile(bytes: Uint8Array): BundleFile {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return v.parse(shape, parseCanonicalJson(Buffer.from(text.replace(/\n$/, ''))))
  } catch (cause) {
    const kind = /"schema":\s*"(mse-[a-z-]+\/\d+)"/.exec(Buffer.from(bytes).toString('latin1'))?.[1]
    throw new MseError('provision/malformed', 'this is not a bundle file, or it was damaged on its way', {
      cause,
      expected: 'mse-bundle-file/1, as mse seal writes it',
      ...(kind === undefined ? {} : { found: kind }),
      next: 'Ask the owner for it again.',
    })
  }
}

/** The age file in a bundle file; an age file by itself is left as it is. @throws MseError `provision/malformed` */
export function ageFileIn(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0x7b ? Buffer.from(decodeBundleFile(bytes).bundle, 'base64') : bytes
}

/** Bytes of a bundle file at most: a bundle in base64, and what is said of it. */
export const bundleFileLimit: number = 3 << 20

/**
 * Looks, before anything is sent, whether a bundle is for the application, the version and the very launch that it is given to. It
 * spares an answer that nobody understands; what protects is the launcher's own look at what is sealed.
 *
 * @throws MseError `provision/other-app`, `provision/other-version`, `provision/other-instance`,
 *   `provision/other-launch`, `provision/expired`, `provision/secrets`
 */
export function requireFitting(
  file: BundleFile,
  { name, instance }: Pick<App, 'name' | 'instance'>,
  enclave: Pick<VerifiedEnclave, 'measurement' | 'reportData'>,
  secrets: Uint8Array | undefined,
  now: Date,
): void {
  const launch = Buffer.from(enclave.reportData).toString('hex')
  same('provision/other-app', 'the bundle is for another application', file.name, name)
  same('provision/other-version', 'the bundle is for another version', file.fingerprint, enclave.measurement)
  same('provision/other-instance', 'the bundle is for another launch', file.instance ?? instance, instance)
  same('provision/other-launch', 'the bundle was sealed to another launch of this version', file.report_data, launch)
  const end = new Date(file.expires * 1000)
  if (now > end) {
    throw new MseError('provision/expired', 'the bundle is too old', {
      expected: `before ${end.toISOString()}`,
      found: now.toISOString(),
      next: sealAgain,
    })
  }
  const given = secrets === undefined ? null : createHash('sha256').update(secrets).digest('hex')
  if (given === file.secrets_sha256) return
  throw new MseError('provision/secrets', 'the secrets.json that was given is not the one that the owner named', {
    expected: file.secrets_sha256 === null ? 'none' : `SHA-256 ${file.secrets_sha256}`,
    found: given === null ? 'none' : `SHA-256 ${given}`,
    next: file.secrets_sha256 === null ? 'Leave --secrets out.' : 'Ask the owner for it: --secrets FILE',
  })
}

const sealAgain = 'mse evidence NAME gives new evidence; the owner seals to it again'

function same(code: string, message: string, found: string, expected: string): void {
  if (found === expected) return
  throw new MseError(code, message, { expected, found, next: sealAgain })
}
