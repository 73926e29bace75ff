import * as v from 'valibot'
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { MseError } from '../error.ts'
import { canonicalJson, parseCanonicalJson, type Json } from '../package/canonical-json.ts'
import { fileState, type FileState } from '../state/file-state.ts'
import { replaceFile } from '../state/files.ts'
import type { Folders } from '../state/paths.ts'
import type { Base } from './base.ts'

interface SavedBase {
  readonly schema: 'mse-base/1'
  readonly digest: string
  readonly files: readonly (readonly [path: string, sha256: string, size: number, mode: number])[]
  readonly folders: readonly (readonly [path: string, target: string])[]
}

const hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const saved: v.GenericSchema<unknown, SavedBase> = v.strictObject({
  schema: v.literal('mse-base/1'),
  digest: v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/)),
  files: v.array(v.strictTuple([v.string(), hex, count, count])),
  folders: v.array(v.strictTuple([v.string(), v.string()])),
})

/** Remembers what a base holds (spec/2-package.md, "Base"). */
export async function saveBase(folders: Folders, base: Base): Promise<void> {
  const value: SavedBase = {
    schema: 'mse-base/1',
    digest: base.digest,
    files: [...base.files].map(([path, { sha256, size, mode }]) => [path, sha256, size, mode]),
    folders: [...base.folders],
  }
  const path = pathOf(folders, base.digest)
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 })
  if (base.loader !== undefined) await replaceFile(loaderFile(path), base.loader)
  await replaceFile(path, canonicalJson(value as unknown as Json))
}

/** Has an owner's applications on a machine start from the bases of that machine. */
export async function shareBases(machine: Folders, owner: Folders): Promise<void> {
  await mkdir(owner.cache, { recursive: true, mode: 0o700 })
  await symlink(join(machine.cache, 'bases'), join(owner.cache, 'bases')).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
}

/**
 * What was remembered of a base.
 *
 * @param digest `sha256:…` of the image's configuration
 * @throws MseError `base/unknown` unless it was imported; `base/damaged` when what was kept is not what was written
 */
export async function loadBase(folders: Folders, digest: string): Promise<Base> {
  const path = pathOf(folders, digest)
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new MseError('base/unknown', `the base ${digest} was not imported on this machine`, {
      next: 'mse base import IMAGE',
      cause,
    })
  })
  const { files, folders: links } = decode(bytes, digest)
  return {
    digest,
    files: new Map(files.map(([name, sha256, size, mode]) => [name, { sha256, size, mode }])),
    folders: new Map(links),
    // Whoever measures compares it with its hash in `files`.
    loader: await readFile(loaderFile(path)).catch(() => undefined),
  }
}

/** Of what is remembered of a base: another one once it was imported again. Undefined unless it was imported. */
export function baseState(folders: Folders, digest: string): FileState | undefined {
  try {
    return fileState(pathOf(folders, digest))
  } catch (error) {
    if (error instanceof MseError) throw error
    return undefined
  }
}

/** Digests of the bases that were imported, sorted. */
export async function listBases(folders: Folders): Promise<string[]> {
  const names = await readdir(join(folders.cache, 'bases')).catch(() => [])
  return names.flatMap((name) => {
    const digits = /^([0-9a-f]{64})\.json$/.exec(name)?.[1]
    return digits === undefined ? [] : [`sha256:${digits}`]
  })
}

function loaderFile(path: string): string {
  return path.replace(/\.json$/, '.libpal.so')
}

function decode(bytes: Buffer, digest: string): SavedBase {
  let json: Json
  try {
    json = parseCanonicalJson(bytes)
  } catch (cause) {
    throw damaged(digest, cause)
  }
  const parsed = v.safeParse(saved, json)
  if (!parsed.success || parsed.output.digest !== digest) throw damaged(digest)
  return parsed.output
}

function damaged(digest: string, cause?: unknown): MseError {
  return new MseError('base/damaged', `what was kept of the base ${digest} is damaged`, {
    next: 'mse base import IMAGE',
    ...(cause === undefined ? {} : { cause }),
  })
}

function pathOf(folders: Folders, digest: string): string {
  const digits = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1]
  if (digits !== undefined) return join(folders.cache, 'bases', `${digits}.json`)
  throw new MseError('usage/base', 'not the digest of a base', { expected: 'sha256: and 64 hex digits', found: digest })
}
