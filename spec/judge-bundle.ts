import { publicKeyFromRaw } from '@mse/core/owner/ed25519'
import { parseCanonicalJson } from '@mse/core/package/canonical-json'
import { openEnvelope, payloadTypes } from '@mse/core/package/dsse'
import { createHash } from 'node:crypto'
import { openWithTypage } from './age-tools.ts'

/** An enclave that waits for its bundle. */
export interface Waiting {
  readonly sealing_secret: string
  readonly owner: string
  readonly fingerprint: string
  readonly report_data: string
  readonly now: number
}

/** What it holds then: the code key in hex, the others in base64. */
export interface Provisioned {
  readonly code_key: string
  readonly sealed_secrets: string | null
  readonly secrets: string | null
  readonly tls: string | null
}

export class Refused extends Error {
  readonly code: string
  constructor(code: string) {
    super(code)
    this.code = code
  }
}

type Check = (value: unknown) => boolean
const string =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value)
const integer: Check = (value) => Number.isInteger(value) && (value as number) >= 0
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value)
const base64: Check = (value) => typeof value === 'string' && Buffer.from(value, 'base64').toString('base64') === value

const bodyMembers = { bundle: base64, secrets: orNull(base64) }
const envelopeMembers = {
  payloadType: string(/^[^]*$/),
  payload: base64,
  signatures: (value: unknown) => Array.isArray(value) && value.length === 1,
}
const signatureMembers = { keyid: string(/^[^]*$/), sig: base64 }
const claimMembers = {
  schema: string(/^mse-bundle\/1$/),
  fingerprint: string(/^[0-9a-f]{64}$/),
  report_data: string(/^[0-9a-f]{128}$/),
  issued: integer,
  expires: integer,
  code_key: (value: unknown) => base64(value) && Buffer.from(value as string, 'base64').length === 32,
  sealed_secrets: orNull(base64),
  secrets: orNull(base64),
  secrets_sha256: orNull(string(/^[0-9a-f]{64}$/)),
  tls: orNull((value) => base64(value) && value !== ''),
}

/**
 * Judges a bundle after spec/5-provision.md alone, on another age implementation than the launcher's: so that the vectors are
 * what the page says and not what the launcher does. Only for tests.
 */
export async function judgeBundle(body: string, enclave: Waiting): Promise<Provisioned> {
  const request = members<{ bundle: string; secrets: string | null }>(json(body), bodyMembers)
  const text = (
    await open(Buffer.from(request.bundle, 'base64'), Buffer.from(enclave.sealing_secret, 'hex'))
  ).toString()
  const claim = readClaim(text, enclave.owner)
  const { issued, expires } = claim
  refuse(claim.fingerprint !== enclave.fingerprint, 'provision/fingerprint')
  refuse(claim.report_data !== enclave.report_data, 'provision/report-data')
  refuse(expires < enclave.now || expires - issued > 7 * 24 * 3600, 'provision/expired')
  refuse(enclave.now < issued - 120, 'provision/clock')
  const secrets = chooseSecrets(claim, request.secrets)
  return {
    code_key: Buffer.from(claim.code_key, 'base64').toString('hex'),
    sealed_secrets: claim.sealed_secrets,
    secrets,
    tls: claim.tls,
  }
}

interface Claim {
  readonly fingerprint: string
  readonly report_data: string
  readonly issued: number
  readonly expires: number
  readonly code_key: string
  readonly sealed_secrets: string | null
  readonly secrets: string | null
  readonly secrets_sha256: string | null
  readonly tls: string | null
}

async function open(file: Buffer, secret: Buffer): Promise<Buffer> {
  const oneRecipient = /^age-encryption\.org\/v1\n-> X25519 \S{43}\n\S{43}\n--- \S{43}\n/
  refuse(!oneRecipient.test(file.toString('latin1')), 'provision/malformed')
  return openWithTypage(file, secret).catch((error: Error) => {
    throw new Refused(error.message.includes('no identity matched') ? 'provision/unopenable' : 'provision/malformed')
  })
}

function readClaim(text: string, owner: string): Claim {
  const envelope = members<{ payload: string; signatures: [unknown] }>(json(text), envelopeMembers)
  members(envelope.signatures[0], signatureMembers)
  const key = publicKeyFromRaw(Buffer.from(owner, 'hex'))
  const payload = attempt('provision/signature', () => openEnvelope(payloadTypes.bundle, text, key))
  return members<Claim>(
    attempt('provision/malformed', () => parseCanonicalJson(payload)),
    claimMembers,
  )
}

function chooseSecrets(claim: Claim, supplied: string | null): string | null {
  const chosen = supplied ?? claim.secrets
  const digest = chosen === null ? null : createHash('sha256').update(Buffer.from(chosen, 'base64')).digest('hex')
  refuse(claim.secrets_sha256 !== digest, 'provision/secrets')
  return chosen
}

function members<T>(value: unknown, checks: Readonly<Record<string, Check>>): T {
  const given =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
  const exact = Object.keys(given).toSorted().join() === Object.keys(checks).toSorted().join()
  refuse(!exact || !Object.entries(checks).every(([name, check]) => check(given[name])), 'provision/malformed')
  return given as T
}

function json(text: string): unknown {
  return attempt('provision/malformed', () => JSON.parse(text) as unknown)
}

function attempt<T>(code: string, work: () => T): T {
  try {
    return work()
  } catch {
    throw new Refused(code)
  }
}

function refuse(wrong: boolean, code: string): void {
  if (wrong) throw new Refused(code)
}
