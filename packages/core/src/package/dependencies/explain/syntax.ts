import type { MseError } from '../../../error.ts'
import type { Requirements } from '../requirements.ts'
import { fault, numberedLine } from './line-at-fault.ts'

/** A line that pip cannot read. */
export function syntax(output: string, read: Requirements): MseError | undefined {
  const [said, reason] = /Invalid requirement: (.*?)(?: \(from [^]*|\n[^]*|$)/.exec(output) ?? []
  if (said === undefined || reason === undefined) return undefined
  const hint = /Hint: (.*)/.exec(output)?.[1]
  return fault('syntax', numberedLine(said, read), `invalid requirement ${reason}`, {
    next: hint ?? "write the line as 'name==version', or with another specifier of PEP 440",
  })
}
