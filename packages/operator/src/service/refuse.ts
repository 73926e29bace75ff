import { MseError } from '@mse/core/error'
import { asFailure } from '@mse/core/platform/failure'
import type { Refusal } from '../api/shapes.ts'
import { answerStatus } from './answer-status.ts'

/** An error as clients get it. One that has no code of ours says nothing: it may name folders of this machine. */
export function refuse(error: unknown): { readonly status: number; readonly body: { readonly error: Refusal } } {
  const { code, ...more } = asFailure(error)
  if (!(error instanceof MseError)) {
    return { status: 500, body: { error: { code: 'operator/failed', message: 'the service could not do that' } } }
  }
  return { status: answerStatus(code), body: { error: { code, ...more } } }
}
