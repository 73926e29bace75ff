import { expect } from 'vitest'

/** What an error has to be like: its code, and perhaps more. */
export function refusal(code: string, more: object = {}): unknown {
  return expect.objectContaining({ code, ...more })
}
