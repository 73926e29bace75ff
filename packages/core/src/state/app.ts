import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { MseError } from '../error.ts'
import { readJson, replaceFile } from './files.ts'
import { appFolder, type Folders } from './paths.ts'
import type { ProcessName } from './process.ts'

/** What is written down of an application on this machine (spec/6-state.md). Whether it lives is asked, not written. */
export interface App {
  readonly schema: 'mse-app/1'
  readonly name: string
  readonly platform: 'software' | 'sgx'
  readonly address: string
  readonly port: number
  readonly names: readonly string[]
  readonly instance: string
  readonly fingerprint: string
  readonly healthcheck: string
  readonly created: string
  /** The `deploy` that started it and has not finished; the application is removed when that process is gone. */
  readonly deployer: ProcessName | null
  /** Keyed digest of the secrets that were delivered, to see whether they have changed. */
  readonly delivered: string | null
}

/** An application and the folder where it lives. */
export interface AppOnDisk {
  readonly folder: string
  readonly app: App
}

export async function writeApp(folder: string, app: App): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await replaceFile(join(folder, 'app.json'), `${JSON.stringify(app, null, 1)}\n`)
}

export async function readApp(folder: string): Promise<App | undefined> {
  return readJson<App>(join(folder, 'app.json'))
}

/** @throws MseError `state/no-such-app` */
export async function findApp(folders: Folders, name: string): Promise<AppOnDisk> {
  const folder = appFolder(folders, name)
  const app = await readApp(folder)
  if (app !== undefined) return { folder, app }
  const others = (await listApps(folders)).map((one) => one.app.name)
  throw new MseError('state/no-such-app', `there is no application ${JSON.stringify(name)} on this machine`, {
    ...(others.length === 0 ? {} : { found: others.join(', ') }),
    next: 'mse list',
  })
}

/** Every application of this user, by name. */
export async function listApps(folders: Folders): Promise<AppOnDisk[]> {
  const apps = await Promise.all(
    (await appFolders(folders)).map(async (folder) => ({ folder, app: await readApp(folder) })),
  )
  return apps
    .filter((one): one is AppOnDisk => one.app !== undefined)
    .toSorted((a, b) => a.app.name.localeCompare(b.app.name))
}

/** The folders of applications, those included whose record was never written. */
export async function appFolders(folders: Folders): Promise<string[]> {
  try {
    const entries = await readdir(join(folders.state, 'apps'), { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folders.state, 'apps', entry.name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
