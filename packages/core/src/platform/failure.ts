import { MseError } from '../error.ts'
import type { Failure } from './platform.ts'

/** An error as it is written down; one that has no code of ours is a failed start. */
export function asFailure(error: unknown): Failure {
  if (!(error instanceof Error) || !('code' in error) || !String(error.code).includes('/')) {
    return { code: 'launch/failed', message: String(error) }
  }
  const { code, message, expected, found, next } = error as MseError
  return {
    code,
    message,
    ...(expected === undefined ? {} : { expected }),
    ...(found === undefined ? {} : { found }),
    ...(next === undefined ? {} : { next }),
  }
}
