import { fixedBytes, type Case, type VectorFile } from './fixed.ts'

/** Heads of CBOR items (RFC 8949, §3), shortest form, numbers below 65 536. */
function head(major: number, number: number): Buffer {
  if (number < 24) return Buffer.of(major * 32 + number)
  if (number < 256) return Buffer.of(major * 32 + 24, number)
  return Buffer.of(major * 32 + 25, number >> 8, number % 256)
}
const join = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts)
const number = (value: number): Buffer => head(0, value)
const bytes = (value: Uint8Array): Buffer => join(head(2, value.length), value)
const text = (value: string): Buffer => join(head(3, value.length), Buffer.from(value))
const array = (...items: readonly Uint8Array[]): Buffer => join(head(4, items.length), ...items)
const map = (...items: readonly Uint8Array[]): Buffer => join(head(5, items.length / 2), ...items)
const tagged = (tag: number, item: Uint8Array): Buffer => join(head(6, tag), item)

const quote = fixedBytes('mse vectors/dice quote', 300)
const nonce = fixedBytes('mse vectors/dice nonce', 32)
const hash = (size: number): Buffer => fixedBytes('mse vectors/dice key', size)
const keyHash = (algorithm: number, size: number): Buffer => bytes(array(number(algorithm), bytes(hash(size))))
const name = text('pubkey-hash')
const good = map(name, keyHash(1, 32))
const evidence = (claims: Uint8Array, tag = 60_000): Buffer => tagged(tag, array(bytes(quote), bytes(claims)))
const none = Buffer.alloc(0)

export function diceVectors(): VectorFile {
  return {
    comment:
      'The value of a DICE tagged evidence extension (spec 4, "DICE"), hex. ok: "quote" and "claims" are what it wraps, "algorithm" and "key_hash" what the claims name, "nonce" theirs or null.',
    cases: [
      read('SHA-256', good, 'SHA-256', 32),
      read('SHA-384', map(name, keyHash(7, 48)), 'SHA-384', 48),
      read('SHA-512', map(name, keyHash(8, 64)), 'SHA-512', 64),
      read('a nonce in front', map(text('nonce'), bytes(nonce), name, keyHash(1, 32)), 'SHA-256', 32, nonce),
      read('a nonce of no bytes', map(name, keyHash(1, 32), text('nonce'), bytes(none)), 'SHA-256', 32, none),
      read('claims that nobody knows', map(text('more'), map(number(1), array()), name, keyHash(1, 32)), 'SHA-256', 32),
      ...wrappers(),
      ...claims(),
    ],
  }
}

function read(what: string, encoded: Buffer, algorithm: string, size: number, asked: Buffer | null = null): Case {
  return {
    name: what,
    expect: 'ok',
    evidence: evidence(encoded).toString('hex'),
    quote: quote.toString('hex'),
    claims: encoded.toString('hex'),
    algorithm,
    key_hash: hash(size).toString('hex'),
    nonce: asked?.toString('hex') ?? null,
  }
}

function wrappers(): readonly Case[] {
  const refused = (what: string, value: Uint8Array): Case => ({
    name: what,
    expect: 'evidence/wrapper',
    evidence: Buffer.from(value).toString('hex'),
  })
  const [whole, pair] = [evidence(good), array(bytes(quote), bytes(good))]
  return [
    refused('nothing', none),
    refused('a byte too many', join(whole, none, Buffer.of(0))),
    refused('a byte too few', whole.subarray(0, -1)),
    refused('no tag', pair),
    refused('the tag of a report', evidence(good, 60_001)),
    refused('the tag of a legacy report', evidence(good, 60_002)),
    refused('a tag in a longer head than it needs', join(Buffer.from('da0000ea60', 'hex'), pair)),
    refused('a quote in a longer head than it needs', tagged(60_000, join(head(4, 2), Buffer.from('5a0000012c', 'hex'), quote, bytes(good)))),
    refused('an array of indefinite length', tagged(60_000, join(Buffer.of(0x9f), bytes(quote), bytes(good), Buffer.of(0xff)))),
    refused('a quote in pieces', tagged(60_000, array(join(Buffer.of(0x5f), bytes(quote), Buffer.of(0xff)), bytes(good)))),
    refused('an array of one', tagged(60_000, array(bytes(quote)))),
    refused('an array of three', tagged(60_000, array(bytes(quote), bytes(good), number(0)))),
    refused('claims that are not encoded', tagged(60_000, array(bytes(quote), good))),
    refused('a quote longer than everything', Buffer.from('d9ea60825affffffff00', 'hex')),
    refused('a hundred arrays in each other', Buffer.alloc(100, 0x81)),
  ]
}

function claims(): readonly Case[] {
  const refused = (what: string, encoded: Uint8Array): Case => ({
    name: what,
    expect: 'evidence/claims',
    evidence: evidence(encoded).toString('hex'),
  })
  return [
    refused('no claims', map()),
    refused('a nonce alone', map(text('nonce'), bytes(nonce))),
    refused('pubkey-hash twice', map(name, keyHash(1, 32), name, keyHash(1, 32))),
    refused('pubkey-hash named in bytes', map(bytes(Buffer.from('pubkey-hash')), keyHash(1, 32))),
    refused('a number as name', map(name, keyHash(1, 32), number(1), number(1))),
    refused('an array of claims', array(name, keyHash(1, 32))),
    refused('a byte after the claims', join(good, Buffer.of(0))),
    refused('half a hash', map(name, keyHash(1, 16))),
    refused('an empty hash', map(name, keyHash(1, 0))),
    refused('SHA-384 of 32 bytes', map(name, keyHash(7, 32))),
    refused('a hash and more', map(name, keyHash(1, 64))),
    refused('an algorithm that cuts its hashes', map(name, keyHash(2, 32))),
    refused('an algorithm that nobody knows', map(name, keyHash(100, 32))),
    refused('a negative algorithm', map(name, bytes(array(head(1, 0), bytes(hash(32)))))),
    refused('a hash that is not encoded inside bytes', map(name, array(number(1), bytes(hash(32))))),
    refused('a byte after the hash', map(name, bytes(join(array(number(1), bytes(hash(32))), Buffer.of(0))))),
    refused('a nonce that is text', map(name, keyHash(1, 32), text('nonce'), text('now'))),
    refused('half a number among the claims', map(name, keyHash(1, 32), text('more'), Buffer.from('f93c00', 'hex'))),
    refused('a tag among the claims', map(name, keyHash(1, 32), text('more'), tagged(1, number(0)))),
  ]
}
