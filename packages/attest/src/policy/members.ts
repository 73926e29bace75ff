import { FormatError } from '../error.ts'
import { Members } from '../json/members.ts'
import { demandMembers } from '../json/parse-object.ts'
import type { Platform } from '../platform.ts'
import { tcbStatuses } from '../tcb/status.ts'
import type { Pattern, Pin, SgxPolicy, SoftwarePolicy, TdxPolicy } from './policy.ts'

/** Reads one member of a policy. @throws FormatError */
type Read<T> = (members: Members, name: string) => T

/** How each member of a kind of policy is read: the one list of what such a policy holds. */
type Readers<P> = { readonly [Name in Exclude<keyof P, 'platform'>]: Read<P[Name]> }

const hardware = {
  debug: readDebug,
  tcbStatuses: (members: Members, name: string) =>
    list(members, name, (item) => tcbStatuses.find((word) => word === item)),
  advisories: pin((item) => text(item, /^[A-Za-z0-9-]{1,64}$/)),
  tcbEvaluationNumberMinimum: minimum(0xffff_ffff),
  tcbInfoVersions: (members: Members, name: string) =>
    list(members, name, (item) => [2, 3].find((version) => version === item)),
  fmspc: hexes(12),
  ppid: hexes(32),
  platformInstance: hexes(32),
}

const software: Readers<SoftwarePolicy> = {
  softwareRoots: (members, name) => list(members, name, (item) => text(item, /^[0-9a-f]{64}$/)),
  measurement: hexes(64),
  signer: hexes(64),
  debug: readDebug,
}

const sgx: Readers<SgxPolicy> = {
  measurement: hexes(64),
  signer: hexes(64),
  isvProdId: pin((item) => integer(item, 65_535)),
  isvSvnMinimum: minimum(65_535),
  attributes: pattern(32),
  configId: hexes(128),
  ...hardware,
}

const tdx: Readers<TdxPolicy> = {
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
export function membersOf(platform: Platform): Readonly<Record<string, Read<unknown>>> | undefined {
  return Object.hasOwn(all, platform) ? all[platform] : undefined
}

/** `tcbEvaluationNumberMinimum` → `tcb_evaluation_number_minimum`. */
export function jsonName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function readDebug(members: Members, name: string): 'refused' | 'any' {
  return members.word(name, ['refused', 'any'])
}

function hexes(digits: number): Read<Pin<string>> {
  return pin((item) => text(item, new RegExp(`^[0-9a-f]{${digits}}$`)))
}

function pin<T>(read: (item: unknown) => T | undefined): Read<Pin<T>> {
  return (members, name) => (members.any(name) === 'any' ? 'any' : list(members, name, read))
}

function list<T>(members: Members, name: string, read: (item: unknown) => T | undefined): readonly T[] {
  const items = members.list(name).map((item) => {
    const value = read(item)
    if (value === undefined) throw new FormatError(`"${name}" has something in its list that is not known there`)
    return value
  })
  return Object.freeze(items)
}

function minimum(most: number): Read<number | 'any'> {
  return (members, name) => (members.any(name) === 'any' ? 'any' : members.integer(name, most))
}

function pattern(digits: number): Read<Pattern | 'any'> {
  return (members, name) => {
    const value = members.any(name)
    if (value === 'any') return 'any'
    const pattern = members.object(name)
    demandMembers(value as Readonly<Record<string, unknown>>, ['value', 'mask'])
    const mask = lowerHex(pattern, 'mask', digits)
    if (/^0*$/.test(mask)) throw new FormatError(`"${name}" has a mask that lets anything pass, without saying "any"`)
    return Object.freeze({ value: lowerHex(pattern, 'value', digits), mask })
  }
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
