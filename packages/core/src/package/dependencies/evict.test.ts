import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { evict, markUsed } from './evict.ts'
import { manifestName, readSet } from './installed-set.ts'
import { readLock, writeLock, type LockFile } from './lock.ts'

let cache: string
beforeEach(() => {
  cache = mkdtempSync(join(realpathSync(tmpdir()), 'mse-evict-'))
})
afterEach(() => rmSync(cache, { recursive: true }))

const today = Date.parse('2026-01-01') / 1000

/** A set of one file of 100 bytes, last used so many days ago. */
function set(name: string, daysAgo: number): string {
  const folder = join(cache, 'sets', name)
  mkdirSync(join(folder, 'site-packages'), { recursive: true })
  const files = [{ path: 'a.py', size: 100, mode: '0644', sha256: '00'.repeat(32) }]
  writeFileSync(join(folder, manifestName), JSON.stringify({ files, licences: {} }))
  utimesSync(folder, today - daysAgo * 86_400, today - daysAgo * 86_400)
  return folder
}

const left = (): string[] => readdirSync(join(cache, 'sets')).toSorted()

it('removes the sets that were not used for long, and the longest unused that do not fit', () => {
  for (const daysAgo of [1, 2, 3, 40]) set(`used-${daysAgo}`, daysAgo)
  evict(cache, set('new', 0), { bytes: 1_000, days: 30 })
  expect(left()).toEqual(['new', 'used-1', 'used-2', 'used-3'])
  evict(cache, join(cache, 'sets/new'), { bytes: 300, days: 30 })
  expect(left()).toEqual(['new', 'used-1', 'used-2'])
  expect(readdirSync(join(cache, 'tmp'))).toEqual([])
})

it('never removes the set that was just made, however large it is', () => {
  set('old', 1)
  evict(cache, set('new', 0), { bytes: 10, days: 30 })
  expect(left()).toEqual(['new'])
})

it('keeps what is used again', () => {
  const target = { python: '3.11' }
  const packages = [{ name: 'a', version: '1', sha256: '00'.repeat(32), via: ['requirements.txt'] }]
  const text = writeLock({ target, byteCode: null, requirements: '11'.repeat(32), packages })
  const used = readSet(set('used', 50), readLock(text) as LockFile)
  set('unused', 20)
  if (used) markUsed(used)
  evict(cache, set('new', 0), { bytes: 200, days: 30 })
  expect(left()).toEqual(['new', 'used'])
})
