import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { refusal } from '../testing/refuses.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { writeStream } from './write-stream.ts'

const folder = temporaryFolder()
const at = (name: string): string => join(folder(), name)
const never = new AbortController().signal
const options = { mode: 0o600, replace: false, signal: never }

async function* blocks(...list: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const one of list) {
    if (one instanceof Error) throw one
    yield Buffer.from(one)
  }
}

it('writes all of it, for its owner alone', async () => {
  expect(await writeStream(at('out'), blocks('a', 'bc', ''), options)).toBe(3)
  expect(readFileSync(at('out'), 'utf8')).toBe('abc')
  expect(statSync(at('out')).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder())).toEqual(['out'])
})

it('a stream that fails leaves nothing, and its error is not changed', async () => {
  const error = Object.assign(new Error('no'), { code: 'age/payload' })
  await expect(writeStream(at('out'), blocks('begun', error), options)).rejects.toBe(error)
  expect(readdirSync(folder())).toEqual([])
})

it('a stream that fails leaves the file that it was to replace', async () => {
  writeFileSync(at('out'), 'mine')
  const failing = blocks('begun', new Error('no'))
  await expect(writeStream(at('out'), failing, { ...options, replace: true })).rejects.toThrow('no')
  expect(readFileSync(at('out'), 'utf8')).toBe('mine')
  expect(readdirSync(folder())).toEqual(['out'])
})

it('a file that exists is not overwritten, and nothing is read', async () => {
  writeFileSync(at('out'), 'mine')
  const unread = blocks(new Error('was read'))
  await expect(writeStream(at('out'), unread, options)).rejects.toThrow(refusal('usage/exists'))
  expect(readFileSync(at('out'), 'utf8')).toBe('mine')
})

it('a file that appears while the stream is written is not overwritten', async () => {
  async function* late(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('ours')
    writeFileSync(at('out'), 'theirs')
  }
  await expect(writeStream(at('out'), late(), options)).rejects.toThrow(refusal('usage/exists'))
  expect(readFileSync(at('out'), 'utf8')).toBe('theirs')
  expect(readdirSync(folder())).toEqual(['out'])
})

it('a file is replaced when that is asked for, with the new mode', async () => {
  writeFileSync(at('out'), 'old', { mode: 0o644 })
  await writeStream(at('out'), blocks('new'), { ...options, replace: true })
  expect(readFileSync(at('out'), 'utf8')).toBe('new')
  expect(statSync(at('out')).mode & 0o777).toBe(0o600)
})

it('a link is not followed into the file of somebody else', async () => {
  writeFileSync(at('theirs'), 'theirs')
  symlinkSync(at('theirs'), at('out'))
  await writeStream(at('out'), blocks('new'), { ...options, replace: true })
  expect(readFileSync(at('theirs'), 'utf8')).toBe('theirs')
})

it('a link into nowhere is not written through', async () => {
  symlinkSync(at('nowhere'), at('out'))
  await expect(writeStream(at('out'), blocks('new'), options)).rejects.toThrow(refusal('usage/exists'))
  expect(existsSync(at('nowhere'))).toBe(false)
})

it.each(['folder', '/dev/null'])('%s is not replaced, even when that is asked for', async (name) => {
  mkdirSync(at('folder'))
  const path = name.startsWith('/') ? name : at(name)
  const writing = writeStream(path, blocks('new'), { ...options, replace: true })
  await expect(writing).rejects.toThrow(refusal('usage/output'))
  expect(statSync(path).isFile()).toBe(false)
})

it('a folder that is not there', async () => {
  const error = refusal('usage/output', { found: 'ENOENT' })
  await expect(writeStream(at('no/out'), blocks('new'), options)).rejects.toThrow(error)
})

it('an interruption leaves nothing', async () => {
  const controller = new AbortController()
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (let count = 0; ; count += 1) {
      if (count === 100) controller.abort()
      yield Buffer.alloc(1 << 16)
    }
  }
  const writing = writeStream(at('out'), endless(), { ...options, signal: controller.signal })
  await expect(writing).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
  expect(readdirSync(folder())).toEqual([])
})
