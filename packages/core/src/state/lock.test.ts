import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { compileProgram } from '../testing/compile-program.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { withLock } from './lock.ts'

const folder = temporaryFolder()
const path = (): string => join(folder(), 'apps', 'one.lock')

const free = (): boolean => spawnSync('flock', ['--nonblock', path(), 'true']).status === 0

describe('a lock', () => {
  it('excludes others while work goes on, and returns what the work returns', async () => {
    const value = await withLock(path(), async () => {
      expect(free()).toBe(false)
      await expect(withLock(path(), async () => 'in')).rejects.toMatchObject({ code: 'state/busy' })
      return 7
    })
    expect(value).toBe(7)
    expect(free()).toBe(true)
  })

  it('is free again after work that fails', async () => {
    await expect(withLock(path(), () => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
    expect(free()).toBe(true)
  })

  it('lets one of many in, whoever comes first, and never two at once', async () => {
    let inside = 0
    let entered = 0
    const contender = async (): Promise<void> => {
      await withLock(path(), async () => {
        inside += 1
        entered += 1
        expect(inside).toBe(1)
        await sleep(2)
        inside -= 1
      }).catch((error: unknown) => expect(error).toMatchObject({ code: 'state/busy' }))
    }
    for (let round = 0; round < 5; round += 1) await Promise.all(Array.from({ length: 8 }, contender))
    expect(entered).toBeGreaterThanOrEqual(5)
  })

  it('whose keeper somebody kills is waited for no longer', async () => {
    const work = async (): Promise<string> => {
      const keepers = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ')
      for (const keeper of keepers) process.kill(Number(keeper), 'SIGKILL')
      await sleep(100)
      return 'done'
    }
    expect(await withLock(path(), work)).toBe('done')
  })

  it('whose file cannot be made is not held, and nothing is done under it', async () => {
    mkdirSync(dirname(path()))
    symlinkSync(join(folder(), 'nowhere/file'), path())
    await expect(withLock(path(), () => Promise.reject(new Error('done')))).rejects.toMatchObject({
      code: 'state/lock',
    })
  })

  it('of a process that was killed with -9 is free', async () => {
    const program = await compileProgram(
      join(folder(), 'compiled'),
      import.meta.dirname,
      `import { withLock } from './state/lock.js'
       await withLock(process.argv[2], async () => { console.log('held'); await new Promise((resolve) => setTimeout(resolve, 60_000)) })`,
    )
    const holder = spawn(process.execPath, [program, path()], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(holder.stdout, 'data')
    expect(free()).toBe(false)
    holder.kill('SIGKILL')
    await vi.waitFor(() => expect(free()).toBe(true))
  })
})
