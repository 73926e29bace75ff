import { titleOf } from '@mse/attest/checks'
import { exitCode } from './exit-code.ts'
import type { Check, Terminal } from './terminal.ts'
import type { ErrorReport } from './envelope.ts'
import { withTitle } from './with-title.ts'

/** What is known of a failure, before anybody words it. */
export interface Failure {
  readonly report: ErrorReport
  readonly exit: number
  /** Goes into the envelope's data: what the error carries of `carries`. */
  readonly data: unknown
  readonly checks: readonly Check[]
  readonly problems: readonly ErrorReport[]
}

/** Turns anything thrown into a failure. `writeTrace` keeps an unexpected one and returns the path of the log. */
export function describeFailure(error: unknown, aborted: boolean, writeTrace: (error: unknown) => string): Failure {
  const known = ownError(error)
  // What an abort tears down fails in many ways; a person who pressed Ctrl-C is told one thing.
  if (aborted && (known === undefined || known.code === 'interrupted')) return failure(interruptedReport)
  if (known === undefined && isFullDisk(error)) return failure(fullDiskReport(error))
  if (known === undefined) return failure(bugReport(writeTrace(error)))
  const titled = listOf(known['checks']).map(withTitle)
  const checks = titled.map(toCheck)
  const problems = [...listOf(known['problems']), ...listOf(known['differences'])].map((problem) => toReport(problem))
  const carried = carries.filter((name) => isSomething(known[name]))
  const data =
    carried.length === 0
      ? null
      : Object.fromEntries(carried.map((name) => [name, name === 'checks' ? titled : known[name]]))
  return { ...failure(toReport(known)), data, checks, problems }
}

/** The failure as people read it, on stderr. */
export function printFailure({ checks, problems, report }: Failure, terminal: Terminal): void {
  terminal.checks(checks)
  for (const problem of problems.length > 0 ? problems : [report]) terminal.fail(wording(problem, terminal))
}

type Loose = Readonly<Record<string, unknown>>

/** What errors bring along beside themselves: the checks that were made, everything that differs, what is known all the same, what was printed. */
const carries = ['checks', 'problems', 'differences', 'facts', 'output'] as const

/** MseError, and the verifier's errors, which are of another package: recognised by what they carry. */
function ownError(error: unknown): (Loose & { readonly code: string }) | undefined {
  if (!(error instanceof Error)) return undefined
  const { code } = error as unknown as Loose
  const ours = typeof code === 'string' && /^[a-z][a-z0-9-]*(\/[a-z0-9-]+)+$|^interrupted$/.test(code)
  return ours ? (error as unknown as Loose & { readonly code: string }) : undefined
}

function failure(report: ErrorReport): Failure {
  return { report, exit: exitCode(report.code), data: null, checks: [], problems: [] }
}

function toReport(from: Loose): ErrorReport {
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
  const code = text(from['code']) ?? 'internal/bug'
  return {
    code,
    message: worded(code, text(from['message']) ?? ''),
    expected: text(from['expected']),
    found: text(from['found']),
    next: text(from['next']),
  }
}

/** The verifier says which check failed by its code, people are told what it proves. */
function worded(code: string, message: string): string {
  return message.replace(`check failed: ${code}`, () => `check failed: ${titleOf(code) ?? code}`)
}

function toCheck(from: Loose): Check {
  const word = (...values: unknown[]): string | undefined =>
    values.find((value) => typeof value === 'string') as string | undefined
  const outcome = word(from['outcome']) ?? (from['ok'] === true ? 'ok' : 'failed')
  return {
    title: word(from['title'] || undefined, from['name']) ?? '',
    outcome,
    detail: word(from['detail'], from['found']),
    fix: word(from['fix']),
  }
}

/** A list, an object or a text with something in it. */
function isSomething(value: unknown): boolean {
  if (typeof value === 'string') return value !== ''
  return typeof value === 'object' && value !== null && !(Array.isArray(value) && value.length === 0)
}

function listOf(value: unknown): readonly Loose[] {
  return Array.isArray(value) ? (value as Loose[]) : []
}

function wording({ code, message, expected, found, next }: ErrorReport, { style }: Terminal): string {
  const line = (label: string, text: string | null): string[] =>
    text === null ? [] : [`  ${label.padEnd(9)} ${text.replaceAll('\n', `\n${' '.repeat(12)}`)}`]
  return [
    `${style.red('error:')} ${message} ${style.dim(`(${code})`)}`,
    ...line('expected:', expected),
    ...line('found:', found),
    ...line('next:', next),
  ].join('\n')
}

/** Whatever was being written: errno(3). */
function isFullDisk(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && ['ENOSPC', 'EDQUOT'].includes(String((error as NodeJS.ErrnoException).code))
}

function fullDiskReport({ path }: NodeJS.ErrnoException): ErrorReport {
  const next = 'Make room, and run the command again: what was half done has been removed.'
  return { code: 'environment/disk-full', message: 'the disk is full', expected: null, found: path ?? null, next }
}

const interruptedReport: ErrorReport = {
  code: 'interrupted',
  message: 'interrupted',
  expected: null,
  found: null,
  next: null,
}

function bugReport(path: string): ErrorReport {
  const message = 'something happened that mse did not expect: this is a bug of mse'
  return { code: 'internal/bug', message, expected: null, found: null, next: `read or report ${path}` }
}
