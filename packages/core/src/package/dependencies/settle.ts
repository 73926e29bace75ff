import { chmodSync, lstatSync, readFileSync, readdirSync, rmSync, rmdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { MseError } from '../../error.ts'

/** Files of a .dist-info folder that say how, when and from where a wheel was installed. */
const circumstances = ['INSTALLER', 'REQUESTED', 'direct_url.json'] as const

/** 1980-01-01: the same for all, and old enough for every archive format. */
export const epoch: number = 315_532_800

/**
 * What only a compiler reads: headers, Cython, static libraries. An enclave has no compiler and cannot start one. Nothing else
 * goes by its name: packages read their .pyi files (lazy_loader) and import their tests (astropy).
 */
const forCompilers = /\.(?:h|hh|hpp|hxx|cuh|pxd|pxi|pyx|a)$/

/**
 * Takes out of a tree that pip made what depends on this machine: scripts (their first line names this interpreter),
 * records of the installation, and byte code that a wheel brought; and what nothing in an enclave can use.
 */
export function removeUseless(tree: string): void {
  const records = readdirSync(tree).filter((name) => name.endsWith('.dist-info'))
  for (const record of records) settleRecord(tree, record)
  walk(tree, {
    directory: (path, name) => {
      if (name === '__pycache__') rmSync(path, { recursive: true })
    },
    file: (path) => {
      if (forCompilers.test(path)) rmSync(path)
    },
  })
  removeEmpty(tree)
}

/** Gives every file and folder the same modes and times, whatever the umask and the clock. */
export function levelModes(tree: string): void {
  walk(tree, {
    file: (path) => {
      chmodSync(path, lstatSync(path).mode & 0o100 ? 0o755 : 0o644)
      utimesSync(path, epoch, epoch)
    },
  })
  walk(tree, {
    leave: (path) => {
      chmodSync(path, 0o755)
      utimesSync(path, epoch, epoch)
    },
  })
}

/** Rewrites RECORD so that it lists what stays, sorted, and removes the scripts that it lists. */
function settleRecord(tree: string, record: string): void {
  for (const name of circumstances) rmSync(join(tree, record, name), { force: true })
  const path = join(tree, record, 'RECORD')
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return
  }
  const gone = new Set<string>(circumstances.map((name) => `${record}/${name}`))
  const kept: string[] = []
  for (const row of text.split(/\r?\n/).filter(Boolean)) {
    const name = fileOf(row)
    const script = /^(?:\.\.\/)+(bin\/.+)$/.exec(name)?.[1]
    if (script && !script.split('/').includes('..')) rmSync(join(tree, script), { force: true })
    const leaves = name.startsWith('../') || name.split('/').includes('__pycache__') || forCompilers.test(name)
    if (!leaves && !gone.has(name)) kept.push(row)
  }
  writeFileSync(
    path,
    kept
      .toSorted()
      .map((row) => `${row}\n`)
      .join(''),
  )
}

/** The first field of a line of comma-separated values whose others have neither commas nor quotes. */
function fileOf(row: string): string {
  const [, field = ''] = /^(.*),[^,]*,[^,]*$/.exec(row) ?? []
  return field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field
}

interface Visitor {
  readonly file?: (path: string) => void
  /** Called before what is in the folder. */
  readonly directory?: (path: string, name: string) => void
  /** Called after what is in the folder. */
  readonly leave?: (path: string) => void
}

function walk(directory: string, visitor: Visitor): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) {
      visitor.directory?.(path, entry.name)
      if (lstatSync(path, { throwIfNoEntry: false })) walk(path, visitor)
    } else if (entry.isFile()) {
      visitor.file?.(path)
    } else {
      throw new MseError('dependencies/file', `a wheel holds something that is not a file: ${entry.name}`)
    }
  }
  visitor.leave?.(directory)
}

function removeEmpty(tree: string): void {
  walk(tree, {
    leave: (path) => {
      if (path !== tree && readdirSync(path).length === 0) rmdirSync(path)
    },
  })
}
