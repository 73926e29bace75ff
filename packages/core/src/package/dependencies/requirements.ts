import { hash } from 'node:crypto'
import { readFileSync, realpathSync } from 'node:fs'
import { basename, dirname, relative, resolve, sep } from 'node:path'

import { MseError } from '../../error.ts'
import type { Environment } from '../interpreter.ts'
import { logicalLines } from './logical-lines.ts'
import { expand, readOptions } from './options.ts'
import { redact } from './redact.ts'
import { readRequirement, refusal, type Place, type RequirementLine } from './requirement-line.ts'

/** Everything that the requirements files say, includes followed: what pip is given, one line for one line. */
export interface Requirements {
  readonly requirements: readonly RequirementLine[]
  readonly constraints: readonly RequirementLine[]
  /** Option lines, such as `--index-url …`; they hold for the whole resolution. */
  readonly options: readonly string[]
}

/** Reads the application's requirements, if there are any, and the launcher's. */
export function readRequirements(application: string | undefined, launcher: string, env: Environment): Requirements {
  const reader = new Reader(env)
  if (application !== undefined) reader.read('application', application)
  reader.read('launcher', launcher)
  return reader
}

/**
 * SHA-256 of what is asked for, hex: what a lock answers. Where packages come from does not count, because a lock holds for any
 * index that has its wheels.
 */
export function meaning(read: Requirements): string {
  const line = ({ text, hashes }: RequirementLine): string[] => [redact(text), ...hashes.toSorted()]
  const before = read.options.filter((option) => option === '--pre')
  return hash('sha256', JSON.stringify([read.requirements.map(line), read.constraints.map(line), before]), 'hex')
}

/** What the options of the files say about where packages come from: variables replaced, and no credentials, which may change every hour. */
export function namedSources(read: Requirements, env: Environment): string {
  return JSON.stringify(read.options.map((option) => redact(expand(option, env))))
}

class Reader implements Requirements {
  readonly requirements: RequirementLine[] = []
  readonly constraints: RequirementLine[] = []
  readonly options: string[] = []
  readonly #env: Environment

  constructor(env: Environment) {
    this.#env = env
  }

  read(origin: RequirementLine['origin'], path: string): void {
    let top: string
    try {
      top = realpathSync(path)
    } catch (cause) {
      throw new MseError('dependencies/missing', `${basename(path)} is not there`, { found: path, cause })
    }
    const root = dirname(top)
    this.#read({ origin, path: top, root, constraints: false, within: [], shown: basename(path) })
  }

  #read(file: File & { readonly shown: string }): void {
    for (const line of logicalLines(decode(file.path, file.shown))) {
      const place: Place = { file: file.shown, ...line }
      if (!line.written.startsWith('-')) {
        const list = file.constraints ? this.constraints : this.requirements
        list.push(readRequirement(file.origin, place))
        refusePassword(place)
        continue
      }
      const options = readOptions(place, dirname(file.path), this.#env)
      refusePassword(place)
      for (const option of options) {
        if (option.kind === 'pass') this.options.push(option.text)
        if (option.kind === 'include') this.#read(include(option, file, place))
      }
    }
  }
}

interface File {
  readonly origin: RequirementLine['origin']
  readonly path: string
  /** The folder that includes must stay in. */
  readonly root: string
  readonly constraints: boolean
  /** The files that led here. */
  readonly within: readonly string[]
}

function include(option: { file: string; constraints: boolean }, file: File, place: Place): File & { shown: string } {
  const outside = { next: 'copy the file beside requirements.txt and include it from there' }
  if (option.file.includes('://')) throw refusal('outside', place, 'an address cannot be included', outside)
  let path: string
  try {
    path = realpathSync(resolve(dirname(file.path), option.file))
  } catch (cause) {
    throw refusal('syntax', place, 'the file is not there', { next: 'correct the path', cause })
  }
  if (!path.startsWith(file.root + sep)) {
    throw refusal('outside', place, 'the included file is outside the folder of requirements.txt', outside)
  }
  const within = [...file.within, file.path]
  if (within.includes(path)) throw refusal('syntax', place, 'the file includes itself', { next: 'remove the line' })
  return { ...file, path, constraints: option.constraints, within, shown: relative(file.root, path) }
}

/** requirements.txt stays readable in the package: whoever operates it would read the password. */
function refusePassword(place: Place): void {
  if (redact(place.written) === place.written || /:\/\/(?:\$\{[A-Z0-9_]+\}:?)+@/.test(place.written)) return
  throw refusal('password', place, 'has a password in it, and this file can be read by whoever runs the application', {
    next: "write '${NAME}' in its place and set that variable, or use pip.conf, .netrc or a keyring",
  })
}

function decode(path: string, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (cause) {
    throw new MseError('dependencies/syntax', `${shown} is not UTF-8 text`, { next: 'save it as UTF-8', cause })
  }
}
