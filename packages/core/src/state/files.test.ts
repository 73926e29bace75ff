import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { readJson, replaceFile, writeNewFile } from './files.ts'

const folder = temporaryFolder()
const path = (): string => join(folder(), 'file')

it('replaces a file, for its owner alone, and leaves nothing beside it', async () => {
  await replaceFile(path(), 'one')
  await replaceFile(path(), 'two')
  expect(readFileSync(path(), 'utf8')).toBe('two')
  expect(statSync(path()).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder())).toEqual(['file'])
})

it('shows readers the old content or the new one, never a part', async () => {
  const contents = ['a', 'b'].map((letter) => letter.repeat(1 << 20))
  await replaceFile(path(), contents[0] as string)
  let writing = true
  const writer = (async () => {
    for (let count = 0; count < 30; count += 1) await replaceFile(path(), contents[count % 2] as string)
    writing = false
  })()
  while (writing) {
    expect(contents.includes(readFileSync(path(), 'utf8'))).toBe(true)
    await new Promise(setImmediate)
  }
  await writer
})

it('one of many creates a file, and the others are told', async () => {
  const made = await Promise.all(Array.from({ length: 20 }, (_, at) => writeNewFile(path(), String(at))))
  expect(made.filter(Boolean)).toHaveLength(1)
  expect(readFileSync(path(), 'utf8')).toBe(String(made.indexOf(true)))
  expect(readdirSync(folder())).toEqual(['file'])
})

it('takes an absent file and half a file for none', async () => {
  expect(await readJson(path())).toBeUndefined()
  writeFileSync(path(), '{"pid":1')
  expect(await readJson(path())).toBeUndefined()
  writeFileSync(path(), '{"pid":1}')
  expect(await readJson(path())).toEqual({ pid: 1 })
})
