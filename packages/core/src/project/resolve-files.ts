import { stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { moduleFiles, readApplication } from './application.ts'
import { valueAt } from './check-keys.ts'
import { problem } from './problem.ts'
import type { Positions } from './positions.ts'
import type { Problem } from './problem.ts'
import type { Table } from './read-toml.ts'

export interface ProjectFiles {
  readonly codeDirectory: string
  readonly testsDirectory: string
  readonly secretsFile: string | undefined
  readonly secretsToSealFile: string | undefined
  readonly problems: readonly Problem[]
  readonly warnings: readonly string[]
}

type Kind = 'file' | 'folder' | 'nothing'

/** Whether a file of secrets that a key names has to be there. */
export type SecretsWanted = 'whole' | 'secrets may be missing'

/** The files and folders that `mse.toml` names or implies, and what is wrong with them. */
export async function resolveFiles(
  table: Table,
  positions: Positions,
  file: string,
  wanted: SecretsWanted,
): Promise<ProjectFiles> {
  const root = dirname(file)
  const problems: Problem[] = []
  const warnings: string[] = []

  /** The path of a key, and the key that gave it; keys of the wrong type are reported elsewhere. */
  const given = (name: string): { path: string; key: string | undefined } | undefined => {
    for (const key of [name, `cloud.${name}`]) {
      const value = valueAt(table, key)
      if (typeof value === 'string' && value.trim() !== '') return { path: resolve(root, value), key }
    }
    return undefined
  }
  const complain = (code: string, message: string, key: string | undefined, next: string): void => {
    problems.push(problem(code, message, { file, ...(key && positions.value(key.split('.'))) }, { next }))
  }

  const folder = async (name: string, byDefault: string, needed: boolean): Promise<string> => {
    const { path, key } = given(name) ?? { path: join(root, byDefault), key: undefined }
    if ((key !== undefined || needed) && (await kindOf(path)) !== 'folder') {
      complain(
        'project/no-such-folder',
        `the folder of ${name} does not exist: ${path}`,
        key,
        `make it, or change the key ${name}`,
      )
    }
    return path
  }
  const secrets = async (name: string): Promise<string | undefined> => {
    const { path, key } = given(name) ?? { path: join(root, `${name}.json`), key: undefined }
    if ((await kindOf(path)) === 'file') {
      if (await isOpenToOthers(path))
        warnings.push(`${path} can be read by other users of this machine: chmod 600 ${path}`)
      return path
    }
    if (key !== undefined && wanted === 'whole')
      complain(
        'project/no-such-file',
        `the file of ${name} does not exist: ${path}`,
        key,
        `make it, or remove the key ${name}`,
      )
    return undefined
  }

  const codeDirectory = await folder('code', 'mse_src', true)
  const testsDirectory = await folder('tests', 'tests', false)
  const secretsFile = await secrets('secrets')
  const secretsToSealFile = await secrets('secrets_to_seal')

  const named = table['python_application']
  const application = readApplication(typeof named === 'string' ? named : '')
  if (application !== undefined && (await kindOf(codeDirectory)) === 'folder') {
    const candidates = moduleFiles(application.module)
    const kinds = await Promise.all(candidates.map((path) => kindOf(join(codeDirectory, path))))
    if (!kinds.includes('file')) {
      const message = `the module ${application.module} is not in the code folder: there is no ${candidates.join(' and no ')} in ${codeDirectory}`
      complain(
        'project/no-such-module',
        message,
        'python_application',
        `make ${candidates[0]}, or change the key python_application`,
      )
    }
  }
  return { codeDirectory, testsDirectory, secretsFile, secretsToSealFile, problems, warnings }
}

async function kindOf(path: string): Promise<Kind> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory()) return 'folder'
  return found?.isFile() ? 'file' : 'nothing'
}

async function isOpenToOthers(path: string): Promise<boolean> {
  return ((await stat(path)).mode & 0o044) !== 0
}
