import type { CheckCode } from '../checks/checks.ts'
import { FormatError } from '../error.ts'
import { Members } from '../json/members.ts'
import { demandMembers } from '../json/parse-object.ts'
import type { Platform } from '../platform.ts'
import { tcbStatuses } from '../tcb/status.ts'
import { judgeDebug, judgeList, judgeMinimum, judgePattern, judgePin, type Judged } from './judge-member.ts'
import type { Pattern, Pin, SgxPolicy, SoftwarePolicy, TdxPolicy } from './policy.ts'

/** Reads one member of a policy. @throws FormatError */
type Read<T> = (members: Members, name: string) => T

/** One member of a policy. */
export interface Member<T> {
  readonly read: Read<T>
  /** Compares it with what was found; none where a root decides. */
  judge?(code: CheckCode, what: string, found: unknown, asked: T): Judged
}

/** How each member of a kind of policy is read and judged, in this order: the one list of what such a policy holds. */
type MembersOf<P> = { readonly [Name in Exclude<keyof P, 'platform'>]: Member<P[Name]> }

const debug: Member<'refused' | 'any'> = {
  read: (members, name) => members.word(name, ['refused', 'any']),
  judge: judgeDebug,
}

const hardware = {
  tcbStatuses: list((item) => tcbStatuses.find((word) => word === item), judgeList),
  advisories: { ...pin((item) => text(item, /^[A-Za-z0-9-]{1,64}$/)), judge: judgeList<string> },
  tcbEvaluationNumberMinimum: minimum(0xffff_ffff),
  tcbInfoVersions: list((item) => [2, 3].find((version) => version === item), judgeList),
  fmspc: hexes(12),
  ppid: hexes(32),
  platformInstance: hexes(32),
}

const software: MembersOf<SoftwarePolicy> = {
  debug,
  softwareRoots: list((item) => text(item, /^[0-9a-f]{64}$/)),
  measurement: hexes(64),
  signer: hexes(64),
}

const sgx: MembersOf<SgxPolicy> = {
  debug,
  measurement: hexes(64),
  signer: hexes(64),
  isvProdId: pin((item) => integer(item, 65_535)),
  isvSvnMinimum: minimum(65_535),
  attributes: pattern(32),
  configId: hexes(128),
  ...hardware,
}

const tdx: MembersOf<TdxPolicy> = {
  debug,
  mrtd: hexes(96),
  rtmr0: hexes(96),
  rtmr1: hexes(96),
  rtmr2: hexes(96),
  rtmr3: hexes(96),
  mrseam: hexes(96),
  mrsignerseam: hexes(96),
  mrconfigid: hexes(96),
  mrowner: hexes(96),
  mrownerconfig: hexes(96),
  mrservicetd: hexes(96),
  tdAttributes: pattern(16),
  xfam: pattern(16),
  ...hardware,
}

const all = { software, sgx, tdx } as const

/** What a policy for a platform holds beside `schema` and `platform`; undefined if there is no such platform. */
export function membersOf(platform: Platform): Readonly<Record<string, Member<unknown>>> | undefined {
  return Object.hasOwn(all, platform) ? all[platform] : undefined
}

/** `tcbEvaluationNumberMinimum` → `tcb_evaluation_number_minimum`. @param name of a member */
export const jsonName: (name: string) => string = memoized((name) =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
)

/** The check of a member: `policy/tcb-evaluation-number-minimum`. */
export const checkOf: (name: string) => CheckCode = memoized(
  (name) => `policy/${jsonName(name).replaceAll('_', '-')}` as CheckCode,
)

/** Of names that stand in this file, so that it does not grow. */
function memoized<T>(make: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>()
  return (name) => {
    const value = known.get(name) ?? make(name)
    known.set(name, value)
    return value
  }
}

function hexes(digits: number): Member<Pin<string>> {
  return pin((item) => text(item, new RegExp(`^[0-9a-f]{${digits}}$`)))
}

/** What `read` reads, or the word "any". */
function orAny<T>(read: Read<T>): Read<T | 'any'> {
  return (members, name) => (members.any(name) === 'any' ? 'any' : read(members, name))
}

function pin<T extends string | number>(read: (item: unknown) => T | undefined): Member<Pin<T>> {
  return { read: orAny(list(read).read), judge: judgePin<T> }
}

function list<T>(
  readItem: (item: unknown) => T | undefined,
  judge?: Member<readonly T[]>['judge'],
): Member<readonly T[]> {
  const read: Read<readonly T[]> = (members, name) => {
    const items = members.list(name).map((item) => {
      const value = readItem(item)
      if (value === undefined) throw new FormatError(`"${name}" has something in its list that is not known there`)
      return value
    })
    return Object.freeze(items)
  }
  return judge === undefined ? { read } : { read, judge }
}

function minimum(most: number): Member<number | 'any'> {
  return { read: orAny((members, name) => members.integer(name, most)), judge: judgeMinimum }
}

function pattern(digits: number): Member<Pattern | 'any'> {
  const read: Read<Pattern> = (members, name) => {
    const pattern = members.object(name)
    demandMembers(members.any(name) as Readonly<Record<string, unknown>>, ['value', 'mask'])
    const mask = lowerHex(pattern, 'mask', digits)
    if (/^0*$/.test(mask)) throw new FormatError(`"${name}" has a mask that lets anything pass, without saying "any"`)
    return Object.freeze({ value: lowerHex(pattern, 'value', digits), mask })
  }
  return { read: orAny(read), judge: judgePattern }
}

function lowerHex(members: Members, name: string, digits: number): string {
  const hex = members.text(name)
  if (members.hex(name, digits) !== hex) throw new FormatError(`"${name}" is not in lower case`)
  return hex
}

function text(item: unknown, form: RegExp): string | undefined {
  return typeof item === 'string' && form.test(item) ? item : undefined
}

function integer(item: unknown, most: number): number | undefined {
  return typeof item === 'number' && Number.isInteger(item) && item >= 0 && item <= most ? item : undefined
}
