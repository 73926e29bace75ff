/**
 * Which edition of TCB info and QE identity is wanted: `standard` is the one in force, `early` the next one from the day it is
 * announced, a number one particular TCB evaluation data number (Intel PCS API v4, "Get TCB Info").
 */
export type Evaluation = 'early' | 'standard' | number

/** The one query parameter that says so, after `first`; a service refuses both at once. */
export function evaluationQuery(evaluation: Evaluation | undefined, first: '?' | '&'): string {
  if (evaluation === undefined) return ''
  return `${first}${typeof evaluation === 'number' ? 'tcbEvaluationDataNumber' : 'update'}=${evaluation}`
}
