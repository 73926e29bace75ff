import { existsSync, mkdirSync, readdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { openDiskCache } from './disk-cache.ts'

const folder = temporaryFolder()
const warnings: string[] = []
const cache = (below = 'collateral'): ReturnType<typeof openDiskCache> =>
  openDiskCache(join(folder(), below), { now: () => new Date(), warn: (text) => void warnings.push(text) })

it('gives back what was put, and nothing else', async () => {
  expect(await cache().get('a')).toBeUndefined()
  await cache().put('a', 'one')
  await cache().put('a', 'two')
  expect(await cache().get('a')).toBe('two')
  expect(await cache().get('b')).toBeUndefined()
  expect(readdirSync(join(folder(), 'collateral'))).toEqual(['a.json'])
})

it.each(['../a', 'a/b', 'A', '', '.', 'a.json', 'a'.repeat(81)])('does not take %s for a name', async (key) => {
  await expect(cache().get(key)).rejects.toThrow(TypeError)
  await expect(cache().put(key, '')).rejects.toThrow(TypeError)
  expect(existsSync(join(folder(), 'collateral/a.json'))).toBe(false)
})

it('holds 256 entries; the ones that were written longest ago go', async () => {
  mkdirSync(join(folder(), 'collateral'))
  for (let at = 0; at < 256; at += 1) {
    const path = join(folder(), 'collateral', `e${at}.json`)
    writeFileSync(path, String(at))
    utimesSync(path, 1000 + at, 1000 + at)
  }
  await cache().put('new', 'x')
  const names = readdirSync(join(folder(), 'collateral'))
  expect(names).toHaveLength(256)
  expect(names).toContain('new.json')
  expect(names).toContain('e1.json')
  expect(names).not.toContain('e0.json')
})

it('removes what killed processes left, and not what is being written', async () => {
  mkdirSync(join(folder(), 'collateral'))
  for (const name of ['old.json.00.tmp', 'new.json.00.tmp']) writeFileSync(join(folder(), 'collateral', name), 'half')
  utimesSync(join(folder(), 'collateral/old.json.00.tmp'), 1000, 1000)
  await cache().put('a', 'x')
  expect(readdirSync(join(folder(), 'collateral')).sort()).toEqual(['a.json', 'new.json.00.tmp'])
})

it('does not read an entry that has grown beyond measure', async () => {
  await cache().put('a', 'x')
  truncateSync(join(folder(), 'collateral/a.json'), 9 << 20)
  expect(await cache().get('a')).toBeUndefined()
})

it('is no harm when it cannot be written or read, and says so', async () => {
  warnings.length = 0
  writeFileSync(join(folder(), 'file'), '')
  await cache('file/collateral').put('a', 'x')
  expect(await cache('file/collateral').get('a')).toBeUndefined()
  expect(warnings).toHaveLength(1)

  await cache().put('a', 'x')
  mkdirSync(join(folder(), 'collateral/b.json'))
  expect(await cache().get('b')).toBeUndefined()
})

it('shows two writers at once one whole entry', async () => {
  const texts = ['a'.repeat(1 << 16), 'b'.repeat(1 << 16)]
  await Promise.all(Array.from({ length: 20 }, async (_, at) => cache().put('x', texts[at % 2] as string)))
  expect(texts).toContain(await cache().get('x'))
})
