import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { childrenOf, isAlive, processName, signalProcess, whereabouts, type ProcessName } from './process.ts'

const folder = temporaryFolder()

it('knows a process from its birth to its end', async () => {
  const child = spawn('sleep', ['60'])
  const name = processName(child.pid as number) as ProcessName
  expect(isAlive(name)).toBe(true)
  expect(childrenOf(process.pid)).toContain(child.pid)
  expect(signalProcess(name, 'SIGKILL')).toBe(true)
  await once(child, 'exit')
  expect(isAlive(name)).toBe(false)
  expect(signalProcess(name, 'SIGKILL')).toBe(false)
  expect(processName(child.pid as number)).toBeUndefined()
  expect(childrenOf(child.pid as number)).toEqual([])
})

it('a later process with the same number is another one', () => {
  const me = processName(process.pid) as ProcessName
  expect(isAlive(me)).toBe(true)
  const before = { ...me, started: String(Number(me.started) - 1) }
  expect(isAlive(before)).toBe(false)
  expect(signalProcess(before, 'SIGKILL')).toBe(false)
})

it('a program whose name looks like the fields of /proc', async () => {
  const program = join(folder(), ') Z 0 (')
  copyFileSync('/bin/sleep', program)
  const child = spawn(program, ['60'])
  expect(processName(child.pid as number)?.started).toMatch(/^\d+$/)
  child.kill('SIGKILL')
  await once(child, 'exit')
})

it('a process that has ended and that nobody has waited for is gone', async () => {
  // The shell does not wait for its child before it sleeps.
  const shell = spawn('bash', ['-c', 'sleep 0.01 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const [line] = (await once(shell.stdout, 'data')) as [Buffer]
  const zombie = Number(line.toString())
  await expect.poll(() => processName(zombie)).toBeUndefined()
  expect(childrenOf(shell.pid as number)).toContain(zombie)
  shell.kill('SIGKILL')
  await once(shell, 'exit')
})

it.each([0, -1, 2 ** 31, Number.NaN])('no process has the number %d', (pid) => {
  expect(processName(pid)).toBeUndefined()
})

it('a process of another boot, and one of another PID namespace, are not taken for one of here', () => {
  const me = processName(process.pid) as ProcessName
  expect(whereabouts(me)).toBe('here')
  const rebooted = { ...me, boot: '00000000-0000-0000-0000-000000000000' }
  expect(whereabouts(rebooted)).toBe('another-boot')
  expect(isAlive(rebooted)).toBe(false)
  const elsewhere = { ...me, namespace: '1' }
  expect(whereabouts(elsewhere)).toBe('another-namespace')
  expect(isAlive(elsewhere)).toBe(false)
  expect(signalProcess(elsewhere, 'SIGKILL')).toBe(false)
})
