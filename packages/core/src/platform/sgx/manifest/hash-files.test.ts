import { createHash } from 'node:crypto'
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { refusal } from '../../../testing/refuses.ts'
import { temporaryFolder } from '../../../testing/temporary-folder.ts'
import { HashCache } from '../../../state/hash-cache.ts'
import { hashFiles } from './hash-files.ts'
import { hashInThreads } from './hash-in-threads.ts'

const folder = temporaryFolder()
const file = (): string => join(folder(), 'file')
const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex')
/** When the files of these tests have long been settled. */
const later = (): Date => new Date(Date.now() + 60_000)

const open = (now = later): Promise<HashCache> => HashCache.open(join(folder(), 'cache/hashes.json'), now)

async function write(content: string): Promise<HashCache> {
  writeFileSync(file(), content)
  const cache = await open()
  await hashFiles([file()], cache)
  return open()
}

describe('hashes', () => {
  it('of small files, in their order', async () => {
    const paths = ['a', 'b', 'c'].map((name) => join(folder(), name))
    for (const path of paths) writeFileSync(path, path)
    expect(await hashFiles(paths)).toEqual(paths.map(sha256))
  })

  it('by threads, the same', async () => {
    const files = Array.from({ length: 9 }, (_, at) => ({ path: join(folder(), String(at)), size: at * 1000 }))
    for (const { path, size } of files) writeFileSync(path, 'x'.repeat(size))
    expect(await hashInThreads(files)).toEqual(files.map(({ size }) => sha256('x'.repeat(size))))
  })

  it('by threads: a file that is missing is an error and no crash', async () => {
    await expect(hashInThreads([{ path: file(), size: 1 }])).rejects.toThrow(/ENOENT/)
  })

  it('of a file that is missing are refused', async () => {
    await expect(hashFiles([file()])).rejects.toEqual(refusal('manifest/missing-file'))
  })

  it('of a folder are refused', async () => {
    await expect(hashFiles([folder()])).rejects.toEqual(refusal('manifest/unreadable'))
  })
})

describe('the cache', () => {
  it('answers for a file that has not changed', async () => {
    const cache = await write('content')
    // What it answers with is what it holds, not what the file holds.
    const text = readFileSync(join(folder(), 'cache/hashes.json'), 'utf8')
    writeFileSync(join(folder(), 'cache/hashes.json'), text.replace(sha256('content'), 'f'.repeat(64)))
    expect(await hashFiles([file()], cache)).toEqual([sha256('content')])
    expect(await hashFiles([file()], await open())).toEqual(['f'.repeat(64)])
  })

  it('does not answer for a file of the same size and time with other content: its change time gives it away', async () => {
    const cache = await write('good')
    const { atime, mtime } = statSync(file())
    writeFileSync(file(), 'evil')
    utimesSync(file(), atime, mtime)
    expect(await hashFiles([file()], cache)).toEqual([sha256('evil')])
  })

  it('does not keep what was touched a moment ago and may be touched again unseen', async () => {
    writeFileSync(file(), 'x')
    const cache = await open(() => new Date())
    await hashFiles([file()], cache)
    expect(statSync(join(folder(), 'cache/hashes.json'), { throwIfNoEntry: false })).toBeUndefined()
  })

  it.each(['{', '{}', '[5]', '[["x",null]]', '[["x"]]', `[["x",{"sha256":"${'0'.repeat(64)}"}]]`])(
    'that is damaged is empty: %s',
    async (text) => {
      await write('content')
      writeFileSync(join(folder(), 'cache/hashes.json'), text)
      expect(await hashFiles([file()], await open())).toEqual([sha256('content')])
    },
  )
})
