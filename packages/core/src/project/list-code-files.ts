import { constants } from 'node:fs'
import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { MseError } from '../error.ts'
import { checkCodePath } from './code-path.ts'
import { createIgnore, IGNORE_FILE } from './ignore.ts'
import type { IsIgnored } from './ignore.ts'
import type { Project } from './project.ts'

/** A file of the code folder that goes into the package. */
export interface CodeFile {
  /** Relative to the code folder, with `/`. */
  readonly path: string
  /** Where its bytes are: for a link, the file behind it. */
  readonly absolute: string
  readonly size: number
  readonly executable: boolean
}

interface Walk {
  readonly root: string
  readonly realRoot: string
  readonly isIgnored: IsIgnored
  readonly files: CodeFile[]
}

/** Every file that is packaged, sorted by the bytes of its path. What `.mseignore` excludes is not even looked at. */
export async function listCodeFiles(project: Pick<Project, 'codeDirectory'>): Promise<CodeFile[]> {
  const root = project.codeDirectory
  const walk = await walkAll(root).catch(unreadable)
  if (walk.files.length === 0) {
    throw new MseError('project/empty', `there is no file to package in ${root}`, {
      next: `look at ${join(root, IGNORE_FILE)}`,
    })
  }
  return walk.files.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
}

async function walkAll(root: string): Promise<Walk> {
  const rules = await readFile(join(root, IGNORE_FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const walk: Walk = { root, realRoot: await realpath(root), isIgnored: createIgnore(rules), files: [] }
  await walkFolder(walk, '')
  return walk
}

async function walkFolder(walk: Walk, folder: string): Promise<void> {
  const names = await readdir(join(walk.root, folder), { encoding: 'buffer' })
  for (const bytes of names) {
    const path = folder + decodeName(bytes, folder)
    if (path === IGNORE_FILE) continue
    const entry = await lstat(join(walk.root, path))
    if (walk.isIgnored(path, entry.isDirectory())) continue
    if (entry.isDirectory()) await walkFolder(walk, `${path}/`)
    else walk.files.push(await codeFile(walk, path, entry))
  }
}

async function codeFile(walk: Walk, path: string, entry: Awaited<ReturnType<typeof lstat>>): Promise<CodeFile> {
  checkCodePath(path)
  const absolute = entry.isSymbolicLink() ? await linkedFile(walk, path) : join(walk.root, path)
  const file = entry.isSymbolicLink() ? await stat(absolute) : entry
  if (!file.isFile()) {
    const what = file.isDirectory() ? 'a link to a folder' : 'neither a file nor a folder'
    const code = file.isDirectory() ? 'project/link-to-folder' : 'project/special-file'
    throw new MseError(code, `${path} is ${what} and cannot be packaged`, { next: ignoreIt(path) })
  }
  return { path, absolute, size: Number(file.size), executable: (Number(file.mode) & constants.S_IXUSR) !== 0 }
}

/** Only what lies in the code folder is packaged, however a link is laid. */
async function linkedFile({ root, realRoot }: Walk, path: string): Promise<string> {
  const target = await realpath(join(root, path)).catch(() => undefined)
  if (target?.startsWith(realRoot + sep)) return target
  throw new MseError('project/link-outside', `${path} is a link that does not lead to a file of the code folder`, {
    expected: `a file below ${realRoot}`,
    found: target ?? 'nothing, or a loop of links',
    next: ignoreIt(path),
  })
}

function decodeName(bytes: Buffer, folder: string): string {
  const name = bytes.toString('utf8')
  if (Buffer.from(name).equals(bytes)) return name
  throw new MseError(
    'project/path',
    `a file name in ${folder || 'the code folder'} is not UTF-8: ${JSON.stringify(name)}`,
  )
}

function ignoreIt(path: string): string {
  return `if the application does not need it, add /${path} to ${IGNORE_FILE}`
}

function unreadable(error: NodeJS.ErrnoException): never {
  if (error.syscall === undefined) throw error
  throw new MseError('project/unreadable', `the code folder cannot be read: ${error.message}`, { cause: error })
}
