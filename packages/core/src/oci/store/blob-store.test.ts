import { createHash, randomBytes } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { BlobStore, type BlobName } from './blob-store.ts'
import { evictBlobs } from './evict-blobs.ts'
import { recordState, stateOf, type FileState } from './file-state.ts'

const folder = temporaryFolder()
const at = (...path: string[]): string => join(folder(), ...path)
const bytes = randomBytes(100_000)
const blob = nameOf(bytes)
let store: BlobStore
let kept: string

beforeEach(async () => {
  mkdirSync(at('store'))
  // However small: what a link shares is what has to be noticed.
  store = new BlobStore(at('store'), 0)
  kept = at('store', blob.digest.replace(':', '-'))
  writeFileSync(at('layer'), bytes, { mode: 0o644 })
  await store.keep(blob, at('layer'))
})

function nameOf(content: Buffer): BlobName {
  return { digest: `sha256:${createHash('sha256').update(content).digest('hex')}`, size: content.length }
}

it('a blob so large that a thread reads it is lent as it is, and not with one other bit', async () => {
  const large = randomBytes(9 << 20)
  writeFileSync(at('large'), large)
  await store.keep(nameOf(large), at('large'))
  expect(await store.lend(nameOf(large), at('large-lent'), 'nothing')).toBe(true)
  large[5 << 20] = (large[5 << 20] as number) ^ 1
  writeFileSync(at('large-lent'), large)
  large[5 << 20] = (large[5 << 20] as number) ^ 1
  expect(await store.lend(nameOf(large), at('large-again'), 'nothing')).toBe(false)
})

it('a small blob is copied: what is written into a layout stays there', async () => {
  const copying = new BlobStore(at('store'))
  expect(await copying.lend(blob, at('copied'), 'record')).toBe(true)
  writeFileSync(at('copied'), 'mine')
  expect(await copying.lend(blob, at('again'), 'record')).toBe(true)
  expect(readFileSync(at('again')).equals(bytes)).toBe(true)
})

const lend = (to = 'lent'): Promise<boolean> => store.lend(blob, at(to), 'record')

describe('what was kept', () => {
  it('is lent, with the same bytes, and nothing beside it and its record stays', async () => {
    expect(await lend()).toBe(true)
    expect(await lend('again')).toBe(true)
    expect(readFileSync(at('again')).equals(bytes)).toBe(true)
    expect(readdirSync(at('store'))).toHaveLength(2)
  })

  it('is lent when nothing is left of where it came from and went', async () => {
    await lend()
    rmSync(at('lent'))
    rmSync(at('layer'))
    expect(await lend('again')).toBe(true)
    expect(readFileSync(at('again')).equals(bytes)).toBe(true)
  })

  it('is kept again without harm, from wherever', async () => {
    await lend()
    await store.keep(blob, at('lent'))
    expect(await lend('again')).toBe(true)
    expect(readdirSync(at('store'))).toHaveLength(2)
  })

  it.each(['', '{}', 'null', '{"size":'])(
    'is read when its record is %j, and lent because it is what it is called',
    async (text) => {
      writeFileSync(`${kept}.json`, text)
      expect(await lend()).toBe(true)
    },
  )

  it('is read when it has no record, as after a command that was killed', async () => {
    rmSync(`${kept}.json`)
    expect(await lend()).toBe(true)
  })

  it('is read all the same where the record is not trusted: a forged one serves this user alone', async () => {
    writeFileSync(kept, randomBytes(bytes.length))
    await recordState(kept, stateOf(kept) as FileState)
    expect(await lend()).toBe(true)
    expect(await store.lend(blob, at('other'), 'nothing')).toBe(false)
    expect(existsSync(at('other'))).toBe(false)
  })

  it('something else is not lent under its name, nor what was never kept', async () => {
    expect(await store.lend(nameOf(Buffer.from('x')), at('lent'), 'record')).toBe(false)
    expect(await store.lend({ ...blob, size: blob.size + 1 }, at('lent'), 'record')).toBe(false)
    expect(existsSync(at('lent'))).toBe(false)
  })
})

describe('a blob that somebody has had in his hands is not lent', () => {
  const [{ length }, evil] = [bytes, randomBytes(bytes.length)]

  it.each<[string, () => void]>([
    ['other bytes through the layout that shares them', () => writeFileSync(at('layer'), evil)],
    [
      'other bytes, and the time put back',
      () => {
        const { atime, mtime } = statSync(kept)
        writeFileSync(kept, evil)
        utimesSync(kept, atime, mtime)
      },
    ],
    [
      'another file in its place, of the same size and time',
      () => {
        const { atime, mtime } = statSync(kept)
        writeFileSync(at('other'), evil)
        utimesSync(at('other'), atime, mtime)
        renameSync(at('other'), kept)
      },
    ],
    ['a byte less', () => truncateSync(kept, length - 1)],
    ['a byte more', () => appendFileSync(kept, 'x')],
    [
      'a link in its place, even to the same bytes',
      () => {
        rmSync(kept)
        symlinkSync(at('layer'), kept)
      },
    ],
    ['others may write to it, whatever it holds now', () => chmodSync(kept, 0o666)],
    ['its group may write to it', () => chmodSync(kept, 0o664)],
  ])('%s', async (_, tamper) => {
    tamper()
    expect(await lend()).toBe(false)
    expect(existsSync(at('lent'))).toBe(false)
    await store.keep(blob, again())
    expect(await lend()).toBe(true)
    expect(readFileSync(at('lent')).equals(bytes)).toBe(true)
  })

  function again(): string {
    writeFileSync(at('made-again'), bytes, { mode: 0o644 })
    return at('made-again')
  }
})

it('many at once keep and borrow one blob, and each has it whole', async () => {
  rmSync(kept)
  const all = Array.from({ length: 20 }, async (_, n) => {
    writeFileSync(at(`from-${n}`), bytes)
    if (n % 2 === 0) await store.keep(blob, at(`from-${n}`))
    if (await lend(`to-${n}`)) expect(readFileSync(at(`to-${n}`)).equals(bytes)).toBe(true)
  })
  await Promise.all(all)
  expect(await lend()).toBe(true)
  expect(readdirSync(at('store'))).toHaveLength(2)
})

describe('reading ahead', () => {
  it('a blob that was touched is read once, and lent', async () => {
    rmSync(at('layer'))
    await store.readAhead()
    expect(await lend()).toBe(true)
  })

  it('a blob that was written to while it was read, or before, is not lent', async () => {
    rmSync(at('layer'))
    await store.readAhead()
    writeFileSync(kept, randomBytes(bytes.length))
    expect(await lend()).toBe(false)
  })

  it('there is nothing to read in an empty store, and nothing in one that is gone', async () => {
    rmSync(kept)
    await store.readAhead()
    expect(await lend()).toBe(false)
  })
})

describe('eviction', () => {
  async function keepOther(): Promise<string> {
    const content = randomBytes(1000)
    writeFileSync(at('other'), content)
    await store.keep(nameOf(content), at('other'))
    return at('store', nameOf(content).digest.replace(':', '-'))
  }

  it('removes the longest unused first, never the one that was just kept, and what was lent stays', async () => {
    await lend()
    const other = await keepOther()
    utimesSync(`${kept}.json`, 1000, 1000)
    await evictBlobs(at('store'), other, { bytes: 10, age: 1e15 })
    expect(readdirSync(at('store')).toSorted()).toEqual(
      [other, `${other}.json`].map((path) => path.slice(at('store').length + 1)),
    )
    expect(readFileSync(at('lent')).equals(bytes)).toBe(true)
  })

  it('removes what was not used for long, and what a killed command had begun', async () => {
    const other = await keepOther()
    utimesSync(`${kept}.json`, 1000, 1000)
    writeFileSync(`${kept}.0123.tmp`, 'half')
    utimesSync(`${kept}.0123.tmp`, 1000, 1000)
    writeFileSync(`${kept}.4567.tmp`, 'somebody writes')
    await evictBlobs(at('store'), other, { bytes: 1e9, age: 90 * 86_400_000 })
    expect(readdirSync(at('store'))).toHaveLength(3)
    expect(existsSync(`${kept}.4567.tmp`)).toBe(true)
  })
})
