import { createHash, sign, verify, type KeyObject } from 'node:crypto'
import { MseError } from '../error.ts'
import { rawPublicKey } from '../owner/ed25519.ts'

/** Each payload type has one use and is compared exactly (spec/2-package.md). */
export const payloadTypes = {
  index: 'application/vnd.mse.index+json',
  bundle: 'application/vnd.mse.bundle+json',
  policy: 'application/vnd.mse.policy+json',
} as const

export type PayloadType = (typeof payloadTypes)[keyof typeof payloadTypes]

/** DSSE envelope with one Ed25519 signature (https://github.com/secure-systems-lab/dsse, envelope.md). */
export function signEnvelope(type: PayloadType, payload: Uint8Array, key: KeyObject): string {
  const envelope = {
    payloadType: type,
    payload: Buffer.from(payload).toString('base64'),
    signatures: [{ keyid: keyId(key), sig: sign(null, preAuthentication(type, payload), key).toString('base64') }],
  }
  return `${JSON.stringify(envelope)}\n`
}

/**
 * The payload of an envelope, once its one signature is that of `key` over exactly `type`.
 *
 * @throws MseError `package/signature`
 */
export function openEnvelope(type: PayloadType, envelope: string, key: KeyObject): Buffer {
  const parsed = parseEnvelope(envelope)
  if (parsed.payloadType !== type) throw refused('the envelope is of another type', type, parsed.payloadType)
  const payload = decodeBase64(parsed.payload)
  if (parsed.keyid !== keyId(key)) throw refused('signed by another key', keyId(key), parsed.keyid)
  if (!verify(null, preAuthentication(type, payload), key, decodeBase64(parsed.sig))) {
    throw refused('the signature does not match')
  }
  return payload
}

/** Hex SHA-256 of the raw 32-byte public key. */
function keyId(key: KeyObject): string {
  return createHash('sha256').update(rawPublicKey(key)).digest('hex')
}

function preAuthentication(type: string, payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `
  return Buffer.concat([Buffer.from(head), payload])
}

interface Envelope {
  readonly payloadType: string
  readonly payload: string
  readonly keyid: string
  readonly sig: string
}

function parseEnvelope(text: string): Envelope {
  let envelope: unknown
  try {
    envelope = JSON.parse(text)
  } catch (cause) {
    throw new MseError('package/signature', 'the signature is not JSON', { cause })
  }
  const { payloadType, payload, signatures } = membersOf(envelope, ['payload', 'payloadType', 'signatures'])
  if (!Array.isArray(signatures) || signatures.length !== 1) throw notOneSignature()
  const { keyid, sig } = membersOf(signatures[0], ['keyid', 'sig'])
  const fields = { payloadType, payload, keyid, sig }
  if (Object.values(fields).some((field) => typeof field !== 'string')) throw notOneSignature()
  return fields as Envelope
}

/** Exactly these members: what a reader would skip has no business in a signature. */
function membersOf(value: unknown, names: readonly string[]): Record<string, unknown> {
  const object = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  if (Object.keys(object).toSorted().join() !== names.join()) throw notOneSignature()
  return object
}

function notOneSignature(): MseError {
  return refused('not a DSSE envelope with one signature')
}

function decodeBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) throw refused('not canonical base64')
  return bytes
}

function refused(message: string, expected?: string, found?: string): MseError {
  return new MseError('package/signature', message, {
    ...(expected === undefined ? {} : { expected }),
    ...(found === undefined ? {} : { found }),
  })
}
