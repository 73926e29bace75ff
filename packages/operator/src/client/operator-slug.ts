import { slugOf } from '@mse/core/state/paths'
import { createHash } from 'node:crypto'

/** The name of a file or folder for what belongs to a service: its host, and 8 hex digits that tell origins apart. */
export function operatorSlug(origin: string): string {
  const { host } = new URL(origin)
  return `${slugOf(host)}-${createHash('sha256').update(origin).digest('hex').slice(0, 8)}`
}
