import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { refusal } from '../testing/refuses.ts'
import { compileProgram } from '../testing/compile-program.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { isLocked, withLock } from './lock.ts'
import { processName, type ProcessName } from './process.ts'

const folder = temporaryFolder()
const path = (): string => join(folder(), 'apps/hello.lock')
const children: ChildProcess[] = []
afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')))

function startSleeping(): { child: ChildProcess; name: ProcessName } {
  const child = spawn('sleep', ['60'])
  children.push(child)
  return { child, name: processName(child.pid as number) as ProcessName }
}

async function lockedBy(name: ProcessName): Promise<void> {
  await withLock(path(), async () => undefined) // makes the folder
  writeFileSync(path(), JSON.stringify(name))
}

it('holds the lock while it works, and gives it back whatever happens', async () => {
  await withLock(path(), async () => {
    expect(await isLocked(path())).toBe(true)
    expect(JSON.parse(readFileSync(path(), 'utf8'))).toEqual(processName(process.pid))
  })
  expect(await isLocked(path())).toBe(false)
  await expect(withLock(path(), async () => Promise.reject(new Error('work')))).rejects.toThrow('work')
  expect(existsSync(path())).toBe(false)
})

it('refuses at once while a living process holds it', async () => {
  const { name } = startSleeping()
  await lockedBy(name)
  await expect(withLock(path(), async () => undefined)).rejects.toThrow(refusal('state/busy'))
  expect(JSON.parse(readFileSync(path(), 'utf8'))).toEqual(name)
})

it('refuses itself a second time', async () => {
  await withLock(path(), async () => {
    await expect(withLock(path(), async () => undefined)).rejects.toThrow(refusal('state/busy'))
  })
})

it('takes over from a process that was killed', async () => {
  const { child, name } = startSleeping()
  await lockedBy(name)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await isLocked(path())).toBe(false)
  expect(await withLock(path(), async () => 'mine')).toBe('mine')
})

it('takes over from a process whose number another one has now', async () => {
  const { name } = startSleeping()
  await lockedBy({ ...name, started: '1' })
  expect(await withLock(path(), async () => 'mine')).toBe('mine')
})

it.each(['', '{', '{}', 'null'])('takes over a lock that says %j', async (text) => {
  await lockedBy({ pid: 1, started: '' })
  writeFileSync(path(), text)
  expect(await withLock(path(), async () => 'mine')).toBe('mine')
})

it('a takeover that was itself killed half-way', async () => {
  const gone = { pid: 999_999_999, started: '1' }
  await lockedBy(gone)
  writeFileSync(`${path()}.${gone.pid}`, JSON.stringify(gone))
  expect(await withLock(path(), async () => 'mine')).toBe('mine')
  expect(readdirSync(dirname(path()))).toEqual([])
})

it('of several processes that find a dead holder, one works at a time', async () => {
  await lockedBy({ pid: 999_999_999, started: '1' })
  const notes = join(folder(), 'notes')
  const program = await compileProgram(
    join(folder(), 'compiled'),
    import.meta.dirname,
    `import { appendFileSync } from 'node:fs'
          import { setTimeout as sleep } from 'node:timers/promises'
     import { withLock } from './state/lock.js'
     const note = (text) => appendFileSync(${JSON.stringify(notes)}, text + '\\n')
     while (Date.now() < Number(process.argv[2]));
     await withLock(${JSON.stringify(path())}, async () => { note('in'); await sleep(50); note('out') })
       .catch((error) => note(error.code))`,
  )
  const start = String(Date.now() + 500)
  const contenders = Array.from({ length: 4 }, () => spawn(process.execPath, [program, start], { stdio: 'inherit' }))
  await Promise.all(contenders.map((one) => once(one, 'exit')))
  const said = readFileSync(notes, 'utf8').trim().split('\n')
  const held = said.filter((note) => note !== 'state/busy')
  expect(held.length).toBeGreaterThan(0)
  expect(
    held.every((note, at) => note === (at % 2 === 0 ? 'in' : 'out')),
    said.join(' '),
  ).toBe(true)
  expect(readdirSync(dirname(path()))).toEqual([])
})
