import { existsSync, rmSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import { MseError } from '../error.ts'
import type { Platform } from '../platform/platform.ts'
import { softwarePlatform } from '../platform/software/platform.ts'
import { currentLaunch, launchFolder, makeCurrent, writeApp } from '../state/app.ts'
import { appFolder } from '../state/paths.ts'
import { exampleApp } from '../testing/example-app.ts'
import { exampleRunning } from '../testing/example-platform.ts'
import { exampleSession } from '../testing/example-session.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { failedFolder, type Before } from './launched.ts'
import { promiseLaunch, type Promised } from './promised.ts'

const folder = temporaryFolder()
const app = exampleApp({ instance: '1'.repeat(32) })
const refused = new MseError('image/digest', 'damaged')
let home: string
let platform: Platform
beforeEach(() => {
  const { folders } = exampleSession(folder())
  home = appFolder(folders, app.name)
  platform = softwarePlatform(folders)
})

async function before(alive: boolean): Promise<Before> {
  const old = exampleApp()
  const place = launchFolder(home, old.instance)
  await writeApp(place, old)
  await makeCurrent(place)
  return { folder: place, app: old, running: exampleRunning([], alive) }
}
const promise = (there?: Before): Promise<Promised> => promiseLaunch(home, app, platform, there)
const failure = async (place: string): Promise<string | undefined> => (await platform.attach(place).failure())?.code

describe('a launch that was accepted where nothing runs', () => {
  it('is on record as interrupted: so it is if its process is killed', async () => {
    const { folder: place } = await promise(await before(false))
    expect((await currentLaunch(home))?.app).toEqual(app)
    expect(await failure(place)).toBe('launch/interrupted')
  })

  it('is on record with what went wrong, although its folder went', async () => {
    const promised = await promise()
    rmSync(promised.folder, { recursive: true })
    await promised.broken(refused)
    expect((await currentLaunch(home))?.app).toEqual(app)
    expect(await failure(promised.folder)).toBe('image/digest')
  })

  it('keeps the reason that it has ended with', async () => {
    const promised = await promise()
    await platform.attach(promised.folder).stop({ code: 'launch/killed', message: 'killed' })
    await promised.broken(refused)
    expect(await failure(promised.folder)).toBe('launch/killed')
  })
})

describe('a launch that was accepted beside an application', () => {
  it('leaves it what it is, and is the last deployment that has failed', async () => {
    const there = await before(true)
    const promised = await promise(there)
    expect((await currentLaunch(home))?.app).toEqual(there.app)
    expect(await failure(failedFolder(home))).toBe('launch/interrupted')
    await promised.broken(refused)
    expect(await failure(failedFolder(home))).toBe('image/digest')
  })

  it('leaves no failure behind when it was kept', async () => {
    const promised = await promise(await before(true))
    await promised.kept()
    expect(existsSync(failedFolder(home))).toBe(false)
  })

  it('is told once when what ran had made room for it', async () => {
    const promised = await promise(await before(true))
    const place = launchFolder(home, app.instance)
    await writeApp(place, app)
    await platform.attach(place).stop({ code: 'launch/ended', message: 'ended' })
    await makeCurrent(place)
    await promised.broken(refused)
    expect(existsSync(failedFolder(home))).toBe(false)
    expect(await failure(place)).toBe('launch/ended')
  })
})
