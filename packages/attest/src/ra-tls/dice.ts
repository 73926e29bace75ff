import { FormatError } from '../error.ts'
import { readCbor, type Cbor } from './cbor.ts'

/** CBOR tags of the content of DICE tagged evidence (CCC interoperable RA-TLS; TCG DICE Attestation Architecture, §6.1). */
const Tag = { quote: 60000n, report: 60001n, legacyReport: 60002n } as const

/** Named Information Hash Algorithm Registry (RFC 6920, §9.4): identifier → algorithm, bytes of a hash. */
const hashes: ReadonlyMap<bigint, readonly [algorithm: KeyHash['algorithm'], length: number]> = new Map([
  [1n, ['SHA-256', 32]],
  [7n, ['SHA-384', 48]],
  [8n, ['SHA-512', 64]],
])

/** A hash of the certificate's SubjectPublicKeyInfo, DER. */
export interface KeyHash {
  readonly algorithm: 'SHA-256' | 'SHA-384' | 'SHA-512'
  /** Of the full length of its algorithm. */
  readonly value: Uint8Array
}

/** What the enclave claims beside its quote. */
export interface Claims {
  readonly keyHash: KeyHash
  /** Of whoever asked for the evidence. Not judged here: only the one who sent it can. */
  readonly nonce: Uint8Array | undefined
}

/**
 * Unwraps DICE tagged evidence: tag 60000 around an array of two byte strings, a quote and an encoded map of claims.
 *
 * @throws FormatError also for the tags of evidence that is no quote
 */
export function readTaggedEvidence(bytes: Uint8Array): { readonly quote: Uint8Array; readonly claims: Uint8Array } {
  const evidence = readCbor(bytes, Object.values(Tag))
  if (evidence.kind !== 'tag') throw new FormatError('DICE evidence without a tag')
  if (evidence.tag !== Tag.quote) throw new FormatError(`DICE evidence of tag ${evidence.tag}, which is not a quote`)
  const [quote, claims] = demandPair(evidence.content, 'DICE evidence')
  return { quote: demandBytes(quote, 'the quote'), claims: demandBytes(claims, 'the claims') }
}

/**
 * Reads the claims: a map with text keys, exactly one of them `pubkey-hash`, perhaps a `nonce`. Others are ignored.
 *
 * @throws FormatError also without `pubkey-hash`: nothing would tie the key to the quote
 */
export function readClaims(bytes: Uint8Array): Claims {
  const map = readCbor(bytes)
  if (map.kind !== 'map') throw new FormatError('the claims are not a map')
  if (map.entries.some(([key]) => typeof key !== 'string')) throw new FormatError('a claim whose name is not text')
  const claims = new Map(map.entries)
  const keyHash = claims.get('pubkey-hash')
  if (keyHash === undefined) throw new FormatError('there is no "pubkey-hash"')
  const nonce = claims.get('nonce')
  return { keyHash: readKeyHash(keyHash), nonce: nonce && demandBytes(nonce, 'the nonce') }
}

/** A byte string that holds the encoding of an array: algorithm, hash. */
function readKeyHash(claim: Cbor): KeyHash {
  const entry = readCbor(demandBytes(claim, '"pubkey-hash"'))
  const [identifier, hash] = demandPair(entry, '"pubkey-hash"')
  if (identifier.kind !== 'integer') throw new FormatError('"pubkey-hash" does not name its algorithm by a number')
  const [algorithm, length] = hashes.get(identifier.value) ?? []
  if (algorithm === undefined) throw new FormatError(`"pubkey-hash" of algorithm ${identifier.value}`)
  const value = demandBytes(hash, '"pubkey-hash"')
  if (value.length !== length)
    throw new FormatError(`"pubkey-hash" of ${value.length} bytes: ${algorithm} has ${length}`)
  return { algorithm, value }
}

function demandPair(value: Cbor, what: string): readonly [Cbor, Cbor] {
  const [first, second, ...more] = value.kind === 'array' ? value.items : []
  if (first === undefined || second === undefined || more.length > 0)
    throw new FormatError(`${what} is not an array of two`)
  return [first, second]
}

function demandBytes(value: Cbor, what: string): Uint8Array {
  if (value.kind !== 'bytes') throw new FormatError(`${what}: not a byte string`)
  return value.value
}
