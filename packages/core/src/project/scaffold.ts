import { lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MseError } from '../error.ts'
import { templatesFolder } from '../locations.ts'

const TEMPLATE = join(templatesFolder, 'scaffold')

// npm does not publish every dot-file, so templates have no dot.
const DOTTED: Readonly<Record<string, string>> = { gitignore: '.gitignore', 'mse_src/mseignore': '.mseignore' }
const SECRET = new Set(['secrets.json', 'secrets_to_seal.json'])

/** Makes a new project in `directory`/`name`; returns its folder and files. */
export async function scaffold(name: string, directory: string): Promise<{ root: string; files: string[] }> {
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u.test(name) || name !== name.trim()) {
    throw new MseError('project/name', 'this name does not do for a folder', {
      expected: 'up to 100 letters, digits, spaces, dots, hyphens and underscores; a letter or digit first',
      found: JSON.stringify(name),
    })
  }
  const root = join(directory, name)
  await makeFolder(root)
  try {
    const files = await templateFiles()
    for (const from of files) await writeTemplate(from, join(root, targetOf(from)), name)
    return { root, files: files.map(targetOf).sort() }
  } catch (error) {
    await rm(root, { recursive: true, force: true })
    throw error
  }
}

async function makeFolder(root: string): Promise<void> {
  try {
    await mkdir(root)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST') throw new MseError('project/unwritable', `the folder cannot be made: ${message}`)
    throw new MseError('project/exists', `${root} exists already`, { next: 'choose another name, or remove it' })
  }
}

async function templateFiles(): Promise<string[]> {
  const names = await readdir(TEMPLATE, { recursive: true })
  const files: string[] = []
  for (const name of names) if ((await lstat(join(TEMPLATE, name))).isFile()) files.push(name)
  return files.filter((name) => !name.includes('__pycache__'))
}

async function writeTemplate(from: string, to: string, name: string): Promise<void> {
  const text = await readFile(join(TEMPLATE, from), 'utf8')
  const filled = text.replaceAll('{{name}}', JSON.stringify(name)).replaceAll('{{title}}', name)
  await mkdir(dirname(to), { recursive: true })
  await writeFile(to, filled, { mode: SECRET.has(from) ? 0o600 : 0o644, flag: 'wx' })
}

function targetOf(from: string): string {
  const dotted = DOTTED[from]
  return dotted === undefined ? from : join(dirname(from), dotted)
}
