import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { Memory } from './memory.ts'
import { folders } from './paths.ts'

const home = temporaryFolder()
const memory = (build: string | undefined = 'build'): Memory => new Memory(folders({ HOME: home() }), build)
const results = (): string => join(home(), '.cache/mse/results')

it('recalls a result by all of its inputs, in their order', async () => {
  await memory().keep(['a', 'b'], 'result')
  expect(await memory().recall(['a', 'b'])).toBe('result')
  for (const other of [['a'], ['b', 'a'], ['ab'], ['a', 'b', '']]) expect(await memory().recall(other)).toBeUndefined()
})

it('is of one build: another may compute otherwise', async () => {
  await memory().keep(['a'], 'result')
  expect(await memory('another').recall(['a'])).toBeUndefined()
})

it('is none for a program that runs from its source', async () => {
  const none = new Memory(folders({ HOME: home() }))
  await none.keep(['a'], 'result')
  expect(await none.recall(['a'])).toBeUndefined()
})

it.each<[string, (content: string) => string]>([
  ['cut off', (content) => content.slice(0, -1)],
  ['extended', (content) => `${content}x`],
  ['empty', () => ''],
  ['of other content', (content) => content.replace('result', 'RESULT')],
])('forgets what is %s, and learns it again', async (_what, change) => {
  await memory().keep(['a'], 'result')
  const [name = ''] = readdirSync(results())
  writeFileSync(join(results(), name), change(readFileSync(join(results(), name), 'utf8')))
  expect(await memory().recall(['a'])).toBeUndefined()
  await memory().keep(['a'], 'result')
  expect(await memory().recall(['a'])).toBe('result')
})

it('keeps the newest 64', async () => {
  for (let at = 0; at < 70; at += 1) await memory().keep([String(at)], 'result')
  expect(readdirSync(results())).toHaveLength(64)
  expect(await memory().recall(['69'])).toBe('result')
})

it('that cannot be written forgets, and fails nobody', async () => {
  writeFileSync(join(home(), '.cache'), 'no folder')
  await memory().keep(['a'], 'result')
  expect(await memory().recall(['a'])).toBeUndefined()
})
