import { mkdir, readdir, readlink, rename, rm, stat, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { MseError } from '../error.ts'
import type { PlatformName } from '../platform/platform.ts'
import { readJson, replaceFile } from './files.ts'
import { appFolder, type Folders } from './paths.ts'

/** What is written down of an application on this machine (spec/6-state.md). Whether it lives is asked, not written. */
export interface App {
  readonly schema: 'mse-app/1'
  readonly name: string
  readonly platform: PlatformName
  readonly address: string
  readonly port: number
  readonly names: readonly string[]
  readonly instance: string
  readonly fingerprint: string
  readonly healthcheck: string
  readonly created: string
  /** When it ends by itself, ISO 8601. */
  readonly expires: string | null
  /** Keyed digest of the secrets that were delivered, to see whether they have changed. */
  readonly delivered: string | null
}

/** One launch of an application, and the folder where it lives. */
export interface AppOnDisk {
  readonly folder: string
  readonly app: App
}

/** The link in an application's folder that names the launch which is the application now. Exchanging it is what a deployment commits. */
const current = 'current'

/** The folder of a launch: one of its own, so that two of one application can live side by side. */
export function launchFolder(home: string, instance: string): string {
  return join(home, instance.slice(0, 8))
}

/** The application's folder that a launch lies in. */
export function homeOf(folder: string): string {
  return dirname(folder)
}

/** The same place under a name that stays when the application is deployed again. */
export function currentPath(folder: string): string {
  return join(dirname(folder), current)
}

export async function writeApp(folder: string, app: App): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await replaceFile(join(folder, 'app.json'), `${JSON.stringify(app, null, 1)}\n`)
}

/** The record of one launch. */
export async function readApp(folder: string): Promise<App | undefined> {
  return readJson<App>(join(folder, 'app.json'))
}

/** Makes a launch the application: from one moment to the next, for whoever looks. */
export async function makeCurrent(folder: string): Promise<void> {
  const link = currentPath(folder)
  await rm(`${link}.new`, { force: true })
  await symlink(basename(folder), `${link}.new`)
  await rename(`${link}.new`, link)
}

/** The launch that is the application `home` now. */
export async function currentLaunch(home: string): Promise<AppOnDisk | undefined> {
  const target = await readlink(join(home, current)).catch(() => undefined)
  if (target === undefined) return undefined
  const folder = join(home, basename(target))
  const app = await readApp(folder)
  return app === undefined ? undefined : { folder, app }
}

/** Folders of launches below `home` that are not the application: candidates of a deployment that is under way, or was. */
export async function otherLaunches(home: string): Promise<string[]> {
  const target = await readlink(join(home, current)).catch(() => undefined)
  const entries = await readdir(home, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isDirectory() && /^[0-9a-f]{8}$/.test(entry.name) && entry.name !== target)
    .map((entry) => join(home, entry.name))
}

/** Whether a folder of an application names a launch that is there, readable or not. */
export async function hasCurrent(home: string): Promise<boolean> {
  return stat(join(home, current, 'app.json')).then(
    () => true,
    () => false,
  )
}

/** @throws MseError `state/no-such-app` */
export async function findApp(folders: Folders, name: string): Promise<AppOnDisk> {
  const found = await currentLaunch(appFolder(folders, name))
  if (found !== undefined) return found
  const others = (await listApps(folders)).map((one) => one.app.name)
  throw new MseError('state/no-such-app', `there is no application ${JSON.stringify(name)} on this machine`, {
    ...(others.length === 0 ? {} : { found: others.join(', ') }),
    next: 'mse list',
  })
}

/** Every application of this user, by name. */
export async function listApps(folders: Folders): Promise<AppOnDisk[]> {
  const apps = await Promise.all((await appFolders(folders)).map(currentLaunch))
  return apps
    .filter((one): one is AppOnDisk => one !== undefined)
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
