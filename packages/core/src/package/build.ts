import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { MseError } from '../error.ts'
import { rawPublicKey } from '../owner/ed25519.ts'
import type { OwnerKeys } from '../owner/keys.ts'
import type { CodeFile } from '../project/list-code-files.ts'
import type { Project } from '../project/project.ts'
import { type CodeKey } from './age/code-key.ts'
import { encryptFile } from './age/encrypt-file.ts'
import type { Artefact } from './artefact.ts'
import { billOfMaterials, linkTree, treeName, type InstalledSet } from './dependencies/dependencies.ts'
import { payloadTypes, signEnvelope } from './dsse.ts'
import { comparePaths, encodeIndex, foldersOf, type Index, type IndexedFile } from './index-file.ts'
import { launcherFiles } from './launcher-files.ts'
import { measuredConfiguration } from './measured-configuration.ts'
import { writeHashed } from './write-hashed.ts'

export interface BuildInputs {
  readonly project: Project
  /** Of its code folder, sorted. */
  readonly files: readonly CodeFile[]
  readonly dependencies: InstalledSet
  readonly owner: OwnerKeys
  readonly codeKey: CodeKey
}

/**
 * Builds a package in a new folder: same inputs, same bytes. The code is encrypted on the way; nothing of it is ever
 * written in clear but the top-level requirements.txt.
 */
export async function buildPackage(inputs: BuildInputs, directory: string): Promise<Artefact> {
  await mkdir(directory, { recursive: true, mode: 0o755 })
  linkTree(inputs.dependencies, join(directory, treeName))
  return buildAroundDependencies(inputs, directory)
}

/** Builds a package whose dependencies stay in the cache: its index lists them, its folder has not got them. */
export async function buildAroundDependencies(inputs: BuildInputs, directory: string): Promise<Artefact> {
  await mkdir(directory, { recursive: true, mode: 0o755 })
  const dependencies = inputs.dependencies.files.map((file) => ({ ...file, path: `${treeName}/${file.path}` }))
  const { lock } = inputs.dependencies
  const [code, launcher, ...papers] = await Promise.all([
    packCode(inputs.files, inputs.codeKey, directory),
    packLauncher(directory),
    writeHashed(directory, 'requirements.lock', Buffer.from(lock.text)),
    writeHashed(directory, 'sbom.cdx.json', Buffer.from(billOfMaterials(inputs.project.name, inputs.dependencies))),
  ])
  const index: Index = {
    schema: 'mse-index/1',
    configuration: measuredConfiguration(inputs.project),
    python: lock.target.python,
    base: inputs.project.base ?? null,
    owner: rawPublicKey(inputs.owner.public).toString('hex'),
    files: [...code, ...launcher, ...papers, ...dependencies].toSorted((a, b) => comparePaths(a.path, b.path)),
  }
  const indexBytes = encodeIndex(index)
  await writeFile(join(directory, 'index.json'), indexBytes)
  await writeFile(join(directory, 'signature.json'), signEnvelope(payloadTypes.index, indexBytes, inputs.owner.signing))
  return { directory, indexBytes, index }
}

async function packCode(files: readonly CodeFile[], key: CodeKey, directory: string): Promise<IndexedFile[]> {
  refuseClashes(files)
  const folders = new Set(files.map(({ path }) => dirname(join(directory, 'code', path))))
  for (const folder of folders) await mkdir(folder, { recursive: true })
  const packed: IndexedFile[] = []
  for (const file of files) {
    packed.push(await packCodeFile(file, key, directory))
    await setImmediate() // small files are encrypted without a pause: signals and progress have theirs here
  }
  return packed
}

/** `a` becomes the file `a.age`: beside a folder of that name there is no place for it. */
function refuseClashes(files: readonly CodeFile[]): void {
  const folders = new Set(files.flatMap(({ path }) => foldersOf(path)))
  const clash = files.map(({ path }) => path).find((path) => folders.has(`${path}.age`))
  if (clash === undefined) return
  throw new MseError('project/path', `${clash} cannot be packaged beside a folder ${clash}.age`, {
    next: 'Rename one of them.',
  })
}

async function packCodeFile(file: CodeFile, key: CodeKey, directory: string): Promise<IndexedFile> {
  const mode = file.executable ? '0755' : '0644'
  if (file.path === 'requirements.txt') {
    return writeHashed(directory, `code/${file.path}`, await readFile(file.absolute), mode)
  }
  const path = `code/${file.path}.age`
  const written = await encryptFile(file.absolute, join(directory, path), file.path, key, Number.parseInt(mode, 8))
  return { path, mode, ...written }
}

async function packLauncher(directory: string): Promise<IndexedFile[]> {
  const files = await launcherFiles()
  return Promise.all(files.map(async ({ path, absolute }) => writeHashed(directory, path, await readFile(absolute))))
}
