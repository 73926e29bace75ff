import { payloadTypes, signEnvelope, type PayloadType } from '@mse/core/package/dsse'
import { sign } from 'node:crypto'
import { base64, fixedBytes, fixedEd25519, type Case, type VectorFile } from './fixed.ts'
import { otherSpelling } from './write-age.ts'

interface Envelope {
  readonly payloadType: unknown
  readonly payload: unknown
  readonly signatures: unknown
}

const owner = fixedEd25519('mse vectors/owner')
const stranger = fixedEd25519('mse vectors/stranger')
const payload = Buffer.from('{"hello":"world"}')
const type = payloadTypes.bundle
const text = signEnvelope(type, payload, owner.signing)
const good = JSON.parse(text) as { payloadType: string; payload: string; signatures: [{ keyid: string; sig: string }] }
const [signature] = good.signatures

export function dsseVectors(): VectorFile {
  return {
    comment:
      'DSSE envelopes (spec 2, "Signature"). A reader that wants an envelope of "type" under the Ed25519 public key "key" gets "payload", or refuses. ok: signing payload with the secret "seed" gives exactly this envelope.',
    cases: [
      signed('a bundle', payloadTypes.bundle, payload),
      signed('an index', payloadTypes.index, payload),
      signed('a policy', payloadTypes.policy, payload),
      signed('nothing at all', type, Buffer.alloc(0)),
      signed('bytes that are not text', type, fixedBytes('mse vectors/payload', 300)),
      ...typeCases(),
      ...signatureCases(),
      ...formCases(),
    ],
  }
}

function signed(name: string, of: PayloadType, content: Buffer): Case {
  const envelope = signEnvelope(of, content, owner.signing)
  return {
    name,
    expect: 'ok',
    type: of,
    key: owner.owner,
    seed: owner.seed.toString('hex'),
    payload: base64(content),
    envelope,
  }
}

function refused(name: string, envelope: string | object, wanted: string = type): Case {
  const written = typeof envelope === 'string' ? envelope : JSON.stringify(envelope)
  return { name, expect: 'package/signature', type: wanted, key: owner.owner, envelope: written }
}

const changed = (name: string, change: Partial<Envelope>): Case => refused(name, { ...good, ...change })
const withSignature = (name: string, change: object): Case =>
  changed(name, { signatures: [{ ...signature, ...change }] })

function typeCases(): Case[] {
  return [
    refused('a policy where a bundle was wanted', signEnvelope(payloadTypes.policy, payload, owner.signing)),
    refused('a bundle where an index was wanted', text, payloadTypes.index),
    changed('the type changed after signing', { payloadType: payloadTypes.index }),
    refused('signed as a policy, labelled as a bundle', {
      ...(JSON.parse(signEnvelope(payloadTypes.policy, payload, owner.signing)) as object),
      payloadType: type,
    }),
    changed('the type in upper case', { payloadType: type.toUpperCase() }),
    changed('the type with a parameter', { payloadType: `${type};v=1` }),
    changed('the type is missing', { payloadType: undefined }),
  ]
}

function signatureCases(): Case[] {
  const byStranger = JSON.parse(signEnvelope(type, payload, stranger.signing)) as typeof good
  const raw = Buffer.from(signature.sig, 'base64')
  return [
    refused('signed by another key', byStranger),
    withSignature("signed by another key under the owner's name", { sig: byStranger.signatures[0].sig }),
    withSignature('the key is not named', { keyid: undefined }),
    withSignature('the key is named in upper case', { keyid: signature.keyid.toUpperCase() }),
    changed('a bit of the payload flipped', { payload: base64(flipped(payload, 3)) }),
    withSignature('a bit of the signature flipped', { sig: base64(flipped(raw, 5)) }),
    withSignature('the other spelling of a signature: s + L', { sig: base64(malleated(raw)) }),
    withSignature('half a signature', { sig: base64(raw.subarray(0, 32)) }),
    withSignature('a signature and a byte more', { sig: base64(Buffer.concat([raw, Buffer.of(0)])) }),
    withSignature('no signature bytes', { sig: '' }),
    withSignature('a signature over the payload alone', { sig: base64(sign(null, payload, owner.signing)) }),
    changed('two signatures', { signatures: [signature, signature] }),
    changed("a stranger's signature first", { signatures: [byStranger.signatures[0], signature] }),
    changed('no signature', { signatures: [] }),
    changed('signatures that are no list', { signatures: signature }),
  ]
}

function formCases(): Case[] {
  const spelt = good.payload
  return [
    changed('the payload without padding', { payload: spelt.replaceAll('=', '') }),
    changed('the payload with a line end', { payload: `${spelt}\n` }),
    changed('the payload in non-canonical base64', { payload: `${otherSpelling(spelt.replace('=', ''))}=` }),
    withSignature('the signature in the alphabet for URLs', { sig: urlSafe() }),
    changed('the payload as an object', { payload: { hello: 'world' } }),
    refused('a member besides', { ...good, note: 'hello' }),
    withSignature('a member besides in the signature', { cert: '' }),
    refused('not JSON', text.slice(0, -3)),
    refused('two envelopes', text + text),
    refused('a list', `[${text}]`),
    refused('null', 'null'),
  ]
}

/** A signature that has both letters in which the two alphabets differ, of this payload by the owner: it is refused for its spelling. */
function urlSafe(): string {
  return signature.sig.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function flipped(bytes: Buffer, at: number): Buffer {
  const other = Buffer.from(bytes)
  other[at] = (bytes[at] as number) ^ 1
  return other
}

/** R ‖ s → R ‖ s + L: a verifier that does not demand s < L (RFC 8032, §5.1.7) accepts both. */
function malleated(raw: Buffer): Buffer {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n
  const s = BigInt(`0x${Buffer.from(raw.subarray(32)).reverse().toString('hex')}`) + order
  const bytes = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse()
  return Buffer.concat([raw.subarray(0, 32), bytes])
}
