import { createHash } from 'node:crypto'

/** The name of a blob. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
