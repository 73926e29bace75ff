import { FormatError } from '../error.ts'
import type { Members } from '../json/members.ts'
import { partStatuses, type PartStatus } from '../tcb/status.ts'

/** What every TCB level says beside its numbers. */
export interface LevelFacts<Status> {
  readonly status: Status
  readonly date: Date
  readonly advisories: readonly string[]
}

/** A level of a quoting enclave or a TDX module: it holds from one security version number on. */
export interface SvnLevel extends LevelFacts<PartStatus> {
  readonly isvSvn: number
}

/**
 * `tcbLevels` of `{tcb: {isvsvn}, tcbDate, tcbStatus, advisoryIDs?}`, highest first.
 *
 * @throws FormatError also for none, and for two of one number
 */
export function readSvnLevels(document: Members): readonly SvnLevel[] {
  const levels = document.objects('tcbLevels').map((level) => ({
    isvSvn: level.object('tcb').integer('isvsvn', 65_535),
    ...readLevelFacts(level, partStatuses),
  }))
  demandDistinct(levels.map(({ isvSvn }) => String(isvSvn)))
  return levels.sort((a, b) => b.isvSvn - a.isvSvn)
}

/** @throws FormatError */
export function readLevelFacts<Status extends string>(level: Members, statuses: readonly Status[]): LevelFacts<Status> {
  return {
    status: level.word('tcbStatus', statuses),
    date: level.date('tcbDate'),
    advisories: level.has('advisoryIDs') ? level.list('advisoryIDs').map(readAdvisory) : [],
  }
}

function readAdvisory(value: unknown): string {
  if (typeof value === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(value)) return value
  throw new FormatError('"advisoryIDs" is not a list of names')
}

/** Two levels of the same numbers would let their order decide (as Intel's own library sees it, too). */
export function demandDistinct(levels: readonly string[]): void {
  if (levels.length === 0) throw new FormatError('"tcbLevels" is empty')
  if (new Set(levels).size !== levels.length) throw new FormatError('two TCB levels are the same', 'repeated')
}
