import { MseError } from '../../error.ts'
import { redact } from './redact.ts'

/** One logical line of a requirements file. */
export interface RequirementLine {
  readonly origin: 'application' | 'launcher'
  /** The file as a person knows it, relative to the folder of requirements.txt. */
  readonly file: string
  readonly line: number
  /** As it is written there, continuation lines joined. */
  readonly written: string
  /** As pip gets it: without hashes. */
  readonly text: string
  /** The normalised name of the package. */
  readonly name: string
  /** The SHA-256 that the line allows, in hex; empty: any. */
  readonly hashes: readonly string[]
}

export type Place = Pick<RequirementLine, 'file' | 'line' | 'written'>

/** https://packaging.python.org/en/latest/specifications/name-normalization/ */
export function normaliseName(name: string): string {
  return name.replaceAll(/[-_.]+/g, '-').toLowerCase()
}

const named = /^([A-Z0-9](?:[A-Z0-9._-]*[A-Z0-9])?)\s*(?:\[[\w\s.,-]*\])?\s*(.*)$/is
const clause = String.raw`(?:===|[~=!<>]=|<|>)\s*[\w.*+!-]+`
const clauses = `${clause}(?:\\s*,\\s*${clause})*`
/** https://packaging.python.org/en/latest/specifications/version-specifiers/ ; older pips take '>>2' for anything. */
const versions = new RegExp(`^(?:${clauses}|\\(\\s*${clauses}\\s*\\))?$`)
const archive = /\.(?:whl|zip|tar|tar\.\w+|tgz|tbz|txz|tlz)$/i
const hash = /\s+--hash(?:=|\s+)(\S+)/g

/** Reads a line that is not an option. What does not name a package of an index is refused. */
export function readRequirement(origin: RequirementLine['origin'], place: Place): RequirementLine {
  const hashes = [...place.written.matchAll(hash)].flatMap((match) => match[1] ?? [])
  const text = place.written.replaceAll(hash, '')
  const [specifier = ''] = text.split(/;|\s-/)
  const [, name, rest = ''] = named.exec(specifier.trim()) ?? []
  if (/^[.~\\]|^\w+\+|[/\\]/.test(specifier) || rest.startsWith('@') || archive.test(specifier.trim())) {
    throw refusal('not-a-wheel', place, 'names a folder, a file or an address, not a package of an index', {
      next: "put a wheel of it into a folder, name that in a line '--find-links FOLDER', and require name and version",
    })
  }
  if (name === undefined || !versions.test(rest.trim())) {
    throw refusal('syntax', place, 'is not a requirement', {
      next: /^=[^=]/.test(rest)
        ? 'write == in place of ='
        : "write the line as 'name==version' or 'name>=version,<version'",
    })
  }
  if (hashes.length > 0 && !hashes.some((one) => one.startsWith('sha256:'))) {
    throw refusal('syntax', place, 'has hashes, but none is a SHA-256', { next: 'add --hash=sha256:… to the line' })
  }
  return {
    origin,
    ...place,
    text,
    name: normaliseName(name),
    hashes: hashes.filter((one) => one.startsWith('sha256:')).map((one) => one.slice('sha256:'.length).toLowerCase()),
  }
}

/** An error about one line: `requirements.txt:3: flask==99: no such version is published` */
export function refusal(
  code: string,
  place: Place,
  reason: string,
  more: { readonly next?: string; readonly expected?: string; readonly found?: string; readonly cause?: unknown } = {},
): MseError {
  return new MseError(`dependencies/${code}`, `${at(place)}: ${reason}`, more)
}

export function at(place: Place): string {
  return `${place.file}:${place.line}: ${redact(place.written)}`
}
