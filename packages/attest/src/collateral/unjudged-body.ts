import { FormatError } from '../error.ts'

/**
 * The signed member of a TCB info or an enclave identity, before anybody looked at its signature: good for finding one's
 * way (is it the document that was asked for, when does it lapse), never for a verdict.
 *
 * @throws FormatError
 */
export function unjudgedBody(
  bytes: Uint8Array,
  member: 'tcbInfo' | 'enclaveIdentity',
): Readonly<Record<string, unknown>> {
  let document: unknown
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new FormatError('not JSON')
  }
  const { [member]: body, signature } = isObject(document) ? document : {}
  if (!isObject(body) || typeof signature !== 'string') throw new FormatError(`not a signed ${member}`)
  return body
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
