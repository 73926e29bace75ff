import { readFile } from 'node:fs/promises'
import { TomlDate } from 'smol-toml'
import { dirname, join, resolve } from 'node:path'
import { readApplication } from './application.ts'
import { checkKeys, valueAt } from './check-keys.ts'
import { resolveFiles, type SecretsWanted } from './resolve-files.ts'
import { resolveTls, type ResolvedTls } from './resolve-tls.ts'
import { DEFAULT_HARDWARE, readHardware } from './hardware.ts'
import { DEFAULT_STORAGE, readStorage } from './storage.ts'
import { keys } from './keys.ts'
import { problem, ProjectError } from './problem.ts'
import { readToml } from './read-toml.ts'
import type { Problem } from './problem.ts'
import type { Project } from './project.ts'
import type { Table } from './read-toml.ts'

const PROJECT_FILE = 'mse.toml'

export type CheckedProject =
  | { readonly project: Project; readonly problems: readonly [] }
  | { readonly project: undefined; readonly problems: readonly [Problem, ...Problem[]] }

/** Reads the project of a folder, or of its `mse.toml`; throws a ProjectError with every problem. */
export async function loadProject(place: string): Promise<Project> {
  return required(await checkProject(place))
}

/** The same for who delivers no secrets and may have none, as an auditor: files of secrets that are not there are not missed. */
export async function loadSource(place: string): Promise<Project> {
  return required(await checkProject(place, 'secrets may be missing'))
}

function required({ project, problems }: CheckedProject): Project {
  if (project === undefined) throw new ProjectError(problems)
  return project
}

/** Reads a project and lists all that is wrong with it. */
export async function checkProject(place: string, secrets: SecretsWanted = 'whole'): Promise<CheckedProject> {
  const source = await readSource(resolve(place))
  if ('code' in source) return failed([source])
  const { file, bytes } = source
  const read = readToml(bytes, file)
  if ('code' in read) return failed([read])
  const { table, positions } = read
  const wrong = checkKeys(table, positions, file)
  const files = await resolveFiles(table, positions, file, secrets)
  const tls = await resolveTls(table, positions, file, secrets)
  const problems = [...wrong, ...files.problems, ...tls.problems]
  if (isNotEmpty(problems)) return failed(problems)
  return { project: assemble(table, file, files, tls), problems: [] }
}

function assemble(
  table: Table,
  file: string,
  files: Awaited<ReturnType<typeof resolveFiles>>,
  { tls, clientCa, warnings }: ResolvedTls,
): Project {
  const text = (path: string): string => String(valueAt(table, path)).trim()
  const optional = <T>(path: string, otherwise: T): T => (valueAt(table, path) as T | undefined) ?? otherwise
  const pythonApplication = text('python_application')
  return {
    root: dirname(file),
    file,
    name: text('name'),
    // The value has passed readApplication in keys.ts.
    application: readApplication(pythonApplication) as Project['application'],
    pythonApplication,
    healthcheckEndpoint: text('healthcheck_endpoint'),
    python: optional<string | undefined>('python', undefined),
    base: optional<string | undefined>('base', undefined),
    testsCmd: optional<string | undefined>('tests_cmd', undefined),
    testsRequirements: optional('tests_requirements', []),
    codeDirectory: files.codeDirectory,
    testsDirectory: files.testsDirectory,
    hardware: readHardware(optional('hardware', optional('cloud.hardware', ''))) ?? DEFAULT_HARDWARE,
    storage: readStorage(optional('storage', '')) ?? DEFAULT_STORAGE,
    secretsFile: files.secretsFile,
    secretsToSealFile: files.secretsToSealFile,
    restart: optional('restart', 'sealed'),
    threads: optional('threads', 10),
    logs: 'operator',
    tls,
    clientCa,
    proxy: optional('proxy', 'none'),
    deploy: {
      platform: optional('deploy.platform', 'auto'),
      operator: optional<string | undefined>('deploy.operator', undefined),
      expires: expiry(valueAt(table, 'deploy.expires') ?? valueAt(table, 'cloud.expiration_date')),
    },
    warnings: [...meaninglessKeys(table), ...files.warnings, ...warnings],
  }
}

/** A date and time without a zone are of this machine's zone, as the original system had it; a date is its first moment. */
function expiry(value: unknown): Date | undefined {
  if (!(value instanceof TomlDate)) return undefined
  if (value.isDate()) return new Date(`${value.toISOString()}T00:00:00`)
  return value.isLocal() ? new Date(value.toISOString()) : new Date(value.getTime())
}

function meaninglessKeys(table: Table): string[] {
  const found = keys.filter((key) => key.meaningless && valueAt(table, key.path) !== undefined).map((key) => key.path)
  return found.length === 0
    ? []
    : [`${found.join(' and ')} of ${PROJECT_FILE} had a meaning for the original system and have none here`]
}

async function readSource(place: string): Promise<{ file: string; bytes: Uint8Array } | Problem> {
  for (const file of [join(place, PROJECT_FILE), place]) {
    try {
      return { file, bytes: await readFile(file) }
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'EISDIR') {
        return problem('project/unreadable', `the file cannot be read: ${message}`, { file })
      }
    }
  }
  const nothing = problem('project/not-found', '', { file: place }, { next: 'mse scaffold NAME makes a project' })
  return { ...nothing, message: `there is no ${PROJECT_FILE} at ${place}` }
}

function failed(problems: readonly [Problem, ...Problem[]]): CheckedProject {
  return { project: undefined, problems }
}

function isNotEmpty<T>(list: readonly T[]): list is readonly [T, ...T[]] {
  return list.length > 0
}
