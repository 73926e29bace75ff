import { MseError } from '../../../error.ts'
import { wayTo, type LockedPackage } from '../lock.ts'
import { at, normaliseName, type RequirementLine } from '../requirement-line.ts'
import type { Requirements } from '../requirements.ts'

export type Line = RequirementLine | undefined

/** An error about the line, or about none when pip did not say enough to find it. */
export function fault(
  code: string,
  line: Line,
  reason: string,
  more: { readonly expected?: string; readonly found?: string; readonly next: string },
): MseError {
  return new MseError(`dependencies/${code}`, line ? `${at(line)}: ${reason}` : reason, more)
}

/** The line that pip means by "-r requirements.txt (line 7)" or "from line 7 of requirements.txt". */
export function numberedLine(text: string, read: Requirements): Line {
  const lines = [...text.matchAll(/(\w+)\.txt \(line (\d+)\)/g)].map((match) => [match[1], match[2]])
  lines.push(...[...text.matchAll(/from line (\d+) of \S*?(\w+)\.txt/g)].map((match) => [match[2], match[1]]))
  const { requirements, constraints } = read
  const lists: Readonly<Record<string, readonly RequirementLine[]>> = { requirements, constraints }
  return rather(lines.map(([file = '', number]) => lists[file]?.[Number(number) - 1]))
}

/** The line that asks for this and nothing else; pip shows a requirement without blanks, in an order of its own. */
export function lineThatSays(requirement: string, read: Requirements): Line {
  const wanted = shape(requirement)
  return rather([...read.requirements, ...read.constraints].filter((line) => shape(line.text) === wanted))
}

/** A line that names a package that the text names, too. */
export function lineNamedIn(text: string, read: Requirements): Line {
  const names = new Set((text.match(/[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?/g) ?? []).map(normaliseName))
  return rather(read.requirements.filter((line) => names.has(line.name)))
}

/** The line that asks for a locked package, or for something that needs it. */
export function lineThatNeeds(name: string, locked: readonly LockedPackage[], read: Requirements): Line {
  return wayTo(normaliseName(name), locked)
    .map((one) => rather(read.requirements.filter((line) => line.name === one)))
    .find((line) => line !== undefined)
}

/** The application's line rather than the launcher's, which nobody can change. */
export function rather(lines: readonly Line[]): Line {
  return lines.find((line) => line?.origin === 'application') ?? lines.find((line) => line !== undefined)
}

function shape(requirement: string): string {
  const [specifier = ''] = requirement.split(';')
  const [, name = '', rest = ''] = /^\s*([\w.-]*)(.*)$/s.exec(specifier) ?? []
  return `${normaliseName(name)} ${rest
    .replaceAll(/[\s()]/g, '')
    .split(',')
    .toSorted()
    .join()}`
}
