import type { MseError } from '../../../error.ts'
import type { Requirements } from '../requirements.ts'
import { fault, numberedLine, rather } from './line-at-fault.ts'

/** A line that pip cannot read. Names and versions were checked before, so it is likely to be a marker (PEP 508). */
export function syntax(output: string, read: Requirements): MseError | undefined {
  const [said] = /(?:Invalid (?:requirement|constraint)|InvalidMarker): [^]*/.exec(output) ?? []
  if (said === undefined) return undefined
  const lines = [...read.requirements, ...read.constraints]
  const withMarker = lines.filter(({ text }) => text.includes(';') && said.includes(markerOf(text)))
  const [reason = ''] = said
    .replace(/^InvalidMarker: (?:Invalid marker: )?/, 'invalid condition: ')
    .split(/ \(from |\n/)
  return fault('syntax', numberedLine(said, read) ?? rather(withMarker), reason, {
    next: /Hint: (.*)/.exec(said)?.[1] ?? "write the condition as: name==version ; python_version >= '3.11'",
  })
}

function markerOf(text: string): string {
  return text.slice(text.indexOf(';') + 1).trim()
}
