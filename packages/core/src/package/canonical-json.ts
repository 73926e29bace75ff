import { MseError } from '../error.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * Canonical JSON (spec/2-package.md): no white space, ASCII keys in order, integers only.
 *
 * @throws MseError `json/not-canonical` for fractions, unsafe integers, lone surrogates and keys outside ASCII
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return canonicalString(value)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw notCanonical(`the number ${value}`)
    return String(value)
  }
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.keys(value)
    .toSorted()
    .map((key) => `${canonicalKey(key)}:${canonicalJson(value[key] as Json)}`)
  return `{${members.join(',')}}`
}

/**
 * Parses bytes that have to be canonical: what is read, written again, must give the same bytes. That refuses duplicate
 * keys, other orders and other spellings.
 *
 * @throws MseError `json/not-canonical`
 */
export function parseCanonicalJson(bytes: Uint8Array): Json {
  let value: Json
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    value = JSON.parse(text) as Json
  } catch (cause) {
    throw new MseError('json/not-canonical', 'not JSON in UTF-8', { cause })
  }
  if (rewritten(value) !== text) throw notCanonical('a spelling that is not the canonical one')
  return value
}

function rewritten(value: Json): string {
  try {
    return canonicalJson(value)
  } catch (error) {
    if (error instanceof RangeError) throw notCanonical('such deep nesting')
    throw error
  }
}

function canonicalString(text: string): string {
  if (!text.isWellFormed()) throw notCanonical('a lone surrogate')
  return JSON.stringify(text)
}

function canonicalKey(key: string): string {
  // oxlint-disable-next-line no-control-regex -- keys are ASCII, control characters included, and are escaped like values
  if (!/^[\u0000-\u007f]*$/.test(key)) throw notCanonical('a key outside ASCII')
  return JSON.stringify(key)
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function notCanonical(what: string): MseError {
  return new MseError('json/not-canonical', `canonical JSON does not allow ${what}`)
}
