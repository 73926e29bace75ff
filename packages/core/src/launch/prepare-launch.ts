import { mkdir, rm } from 'node:fs/promises'
import { readCommittedLock } from '../package/committed-lock.ts'
import type { Interpreter } from '../package/interpreter.ts'
import type { Platform, Running } from '../platform/platform.ts'
import type { Project } from '../project/project.ts'
import type { Session } from '../session.ts'
import { launchFolder } from '../state/app.ts'
import type { LaunchOptions } from './launch-options.ts'
import { freePlace, type Place } from './place.ts'
import { newInstance } from './plan.ts'

/** A launch that has a place and a folder, and everything ready that needs no package: it waits for one. */
export interface Prepared {
  readonly folder: string
  readonly instance: string
  readonly place: Place
  readonly running: Running
}

/** What a launch has to know before there is a package. */
export interface Needs {
  readonly interpreter: Interpreter
  /** Bytes. */
  readonly hardware: number
  readonly storage: number
}

interface Where extends LaunchOptions {
  readonly platform: Platform
  readonly place: Place
}

/** Days that the certificate of an enclave is good for. */
const certificateDays = 365

/** Does of a launch what needs no package; it ends with this process. @throws as `platform.launch` */
export async function prepareLaunch(
  session: Session,
  home: string,
  { interpreter, hardware, storage }: Needs,
  { platform, place, address, names, patience, expires, timeout, unattended, instance = newInstance() }: Where,
): Promise<Prepared> {
  const folder = launchFolder(home, instance)
  const notAfter = new Date(session.now().getTime() + certificateDays * 86_400_000)
  const unmeasured = { address, port: place.port, names, instance, notAfter }
  await mkdir(folder, { recursive: true, mode: 0o700 })
  try {
    const answersWithin = unattended === true ? timeout : undefined
    const kept = { folder, hardware, storage, interpreter, patience, expires, answersWithin }
    const running = await platform.launch({ ...kept, replaces: place.replaces, unmeasured })
    return { folder, instance, place, running }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/**
 * The same beside the making of the package, where nothing runs yet under the name. Undefined if the package is for another
 * Python than the one that this machine answers with: then it is too early to know which.
 */
export async function prepareEarly(
  session: Session,
  home: string,
  project: Project,
  platform: Platform,
  options: LaunchOptions,
  python: Promise<Interpreter>,
): Promise<Prepared | undefined> {
  const interpreter = await python
  const wanted = project.python ?? (await readCommittedLock(project))?.lock?.target.python
  if (wanted !== undefined && wanted !== interpreter.minor) return undefined
  const place = await freePlace(options)
  return prepareLaunch(session, home, { ...project, interpreter }, { ...options, platform, place })
}

/** Ends what was prepared if `work` fails, and leaves nothing of it: no package was ever run. */
export async function orAbandoned<T>(prepared: Promise<Prepared | undefined>, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const begun = await prepared.catch(() => undefined)
    await begun?.running.stop()
    if (begun !== undefined) await rm(begun.folder, { recursive: true, force: true })
    throw error
  }
}
