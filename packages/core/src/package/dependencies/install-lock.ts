import { hash } from 'node:crypto'
import { lstatSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { MseError } from '../../error.ts'
import type { Interpreter } from '../interpreter.ts'
import { byteCompile } from './byte-compile.ts'
import { writeDurably } from './cache.ts'
import { explain } from './explain/explain.ts'
import { manifestName, treeName, type InstalledFile, type Manifest } from './installed-set.ts'
import { readLicences } from './licences.ts'
import type { LockFile } from './lock.ts'
import type { Requirements } from './requirements.ts'
import { run } from './run.ts'
import { levelModes, removeUseless } from './settle.ts'
import { wheelsOnly, type Workshop } from './workshop.ts'

/**
 * Installs a lock into a new folder: the tree, and the manifest beside it. The bytes depend on the lock and on nothing else;
 * `compiler` is the Python that the lock names. The options of the requirements say where the wheels are.
 */
export async function installLock(
  lock: LockFile,
  compiler: Interpreter | undefined,
  read: Requirements,
  workshop: Workshop,
): Promise<string> {
  const { folder, env, signal, onProgress } = workshop
  const set = join(folder, 'set')
  const tree = join(set, treeName)
  mkdirSync(tree, { recursive: true })
  writeFileSync(join(folder, 'lock.txt'), lock.text)
  writeFileSync(join(folder, 'options.txt'), read.options.map((line) => `${line}\n`).join(''))
  onProgress?.({ step: 'install' })
  const rules = ['--require-hashes', '--no-deps', '--no-compile', '--no-warn-script-location', ...wheelsOnly]
  const { ok, output } = await run(
    [...workshop.pip.command, 'install', ...rules, '--target', tree, '-r', 'lock.txt', '-r', 'options.txt'],
    { cwd: folder, env, signal },
  )
  if (!ok) throw await explain(output, read, lock.packages, workshop)
  removeUseless(tree)
  if (compiler !== undefined) {
    onProgress?.({ step: 'compile' })
    await byteCompile(tree, list(tree).filter(isWorthCompiling), compiler, workshop)
  }
  levelModes(tree)
  const manifest: Manifest = { files: list(tree).map((path) => describe(tree, path)), licences: readLicences(tree) }
  writeDurably(join(set, manifestName), JSON.stringify(manifest))
  return set
}

/** Tests stay, because some packages import theirs, and go without byte code, because hardly any does. */
function isWorthCompiling(path: string): boolean {
  return path.endsWith('.py') && !path.split('/').includes('tests')
}

/** Every file of the tree, sorted by the bytes of its path. */
function list(tree: string): string[] {
  const entries = readdirSync(tree, { recursive: true, withFileTypes: true, encoding: 'utf8' })
  const paths = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name))
  const relative = paths.map((path) => path.slice(tree.length + 1))
  for (const path of relative) checkPath(path)
  return relative
    .map((path) => ({ path, bytes: Buffer.from(path) }))
    .toSorted((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ path }) => path)
}

/** spec/2-package.md, "index.json": what a path in a package may be. */
function checkPath(path: string): void {
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (!/[\u0000-\u001f\u007f\\\ufffd]/.test(path) && Buffer.byteLength(path) <= 900) return
  throw new MseError(
    'dependencies/file',
    `a wheel holds a file whose name no package can hold: ${JSON.stringify(path)}`,
  )
}

function describe(tree: string, path: string): InstalledFile {
  const file = join(tree, path)
  const bytes = readFileSync(file)
  const mode = lstatSync(file).mode & 0o100 ? '0755' : '0644'
  return { path, size: bytes.length, mode, sha256: hash('sha256', bytes, 'hex') }
}
