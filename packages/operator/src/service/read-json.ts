import { MseError } from '@mse/core/error'
import { readAtMost } from '@mse/core/read-at-most'
import type { IncomingMessage } from 'node:http'
import * as v from 'valibot'

/**
 * The JSON of a request's body, of that shape and no other.
 *
 * @throws MseError `operator/oversized`, `operator/malformed`
 */
export async function readJson(incoming: IncomingMessage, shape: v.GenericSchema, limit: number): Promise<unknown> {
  if (Number(incoming.headers['content-length'] ?? 0) > limit) throw oversized(limit)
  const body = await readAtMost(incoming, limit)
  if (body === undefined) throw oversized(limit)
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    return v.parse(shape, JSON.parse(text))
  } catch (cause) {
    throw malformed('the body is not what this path takes', cause)
  }
}

/** @throws MseError `operator/malformed` */
export function checked<T>(shape: v.GenericSchema<unknown, T>, value: unknown, what: string): T {
  const read = v.safeParse(shape, value)
  if (read.success) return read.output
  throw malformed(`${what} is not what this path takes`, new v.ValiError(read.issues))
}

function malformed(message: string, cause: unknown): MseError {
  const found =
    cause instanceof v.ValiError ? String(v.getDotPath(cause.issues[0]) ?? cause.issues[0].expected) : 'no JSON'
  return new MseError('operator/malformed', message, { found, next: 'GET /v1/openapi.json says what it takes.' })
}

function oversized(limit: number): MseError {
  return new MseError('operator/oversized', 'the body is larger than any that is taken', {
    expected: `at most ${limit} bytes`,
  })
}
