import { appendFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { rotateLog } from '../platform/software/supervisor/rotate-log.ts'
import { refusal } from '../testing/refuses.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { readLogs } from './logs.ts'

const folder = temporaryFolder()
const log = (): string => join(folder(), 'log')
const never = new AbortController().signal

async function last(lines: number): Promise<string> {
  let text = ''
  for await (const part of readLogs(folder(), { lines, follow: false, signal: never })) text += part
  return text
}

it('no log yet', async () => {
  await expect(last(10)).rejects.toThrow(refusal('serve/no-log'))
})

it.each<[string, string, number, string]>([
  ['the last line', 'one\ntwo\nthree\n', 1, 'three\n'],
  ['the last two', 'one\ntwo\nthree\n', 2, 'two\nthree\n'],
  ['all of them', 'one\ntwo\nthree\n', 3, 'one\ntwo\nthree\n'],
  ['more than there are', 'one\ntwo\n', 99, 'one\ntwo\n'],
  ['none', 'one\ntwo\n', 0, ''],
  ['a last line that has no end yet', 'one\ntwo', 1, 'two'],
  ['none, when the last line has no end yet', 'one\ntwo', 0, ''],
  ['empty lines', '\n\n\n', 2, '\n\n'],
  ['one line without end', 'one', 1, 'one'],
  ['nothing of nothing', '', 5, ''],
])('%s', async (_, text, lines, expected) => {
  writeFileSync(log(), text)
  expect(await last(lines)).toBe(expected)
})

it('lines that lie across the blocks in which it reads', async () => {
  const lines = Array.from({ length: 5_000 }, (_, at) => `${at} ${'é'.repeat(at % 40)}`)
  writeFileSync(log(), `${lines.join('\n')}\n`)
  for (const count of [1, 1_000, 3_001, 4_999]) expect(await last(count)).toBe(`${lines.slice(-count).join('\n')}\n`)
})

it('a line that is longer than a block', async () => {
  writeFileSync(log(), `first\n${'x'.repeat(200_000)}\n`)
  expect(await last(1)).toBe(`${'x'.repeat(200_000)}\n`)
})

it('follows what is printed from now on, until the signal', async () => {
  writeFileSync(log(), 'old\nlast\n')
  const controller = new AbortController()
  let text = ''
  const following = (async () => {
    for await (const part of readLogs(folder(), { lines: 1, follow: true, signal: controller.signal })) text += part
  })()
  await expect.poll(() => text).toBe('last\n')
  const letter = Buffer.from('é\n')
  appendFileSync(log(), letter.subarray(0, 1))
  await sleep(150)
  appendFileSync(log(), letter.subarray(1))
  await expect.poll(() => text).toBe('last\né\n')
  controller.abort()
  await following
})

it('goes on with the new log when the application was deployed again', async () => {
  writeFileSync(log(), 'old\n')
  const controller = new AbortController()
  let said = ''
  for await (const part of readLogs(folder(), { lines: 10, follow: true, signal: controller.signal })) {
    said += part
    if (said === 'old\n') {
      rmSync(log())
      writeFileSync(log(), 'new\n')
    }
    if (said.endsWith('new\n')) controller.abort()
  }
  expect(said).toBe('old\nnew\n')
})

it('lines that lie across a log and the older one', async () => {
  writeFileSync(join(folder(), 'log.1'), 'one\ntwo\nthree\n')
  writeFileSync(log(), 'four\nfive\n')
  expect(await last(1)).toBe('five\n')
  expect(await last(2)).toBe('four\nfive\n')
  expect(await last(3)).toBe('three\nfour\nfive\n')
  expect(await last(9)).toBe('one\ntwo\nthree\nfour\nfive\n')
  writeFileSync(log(), '')
  expect(await last(2)).toBe('two\nthree\n')
})

it('follows across a rotation, without losing what was printed just before', async () => {
  writeFileSync(log(), 'one\n')
  const controller = new AbortController()
  let said = ''
  for await (const part of readLogs(folder(), { lines: 10, follow: true, signal: controller.signal })) {
    said += part
    if (said === 'one\n') {
      appendFileSync(log(), 'two\n')
      rotateLog({ log: log(), olderLog: join(folder(), 'log.1') }, 5)
      appendFileSync(log(), 'x\n')
    }
    if (said.endsWith('x\n')) controller.abort()
  }
  expect(said).toBe('one\ntwo\nx\n')
})
