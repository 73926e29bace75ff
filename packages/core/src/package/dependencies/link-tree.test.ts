import { lstatSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { linkTree } from './link-tree.ts'
import { epoch } from './settle.ts'
import { discard, type InstalledSet } from './installed-set.ts'
import { Workbench } from './testing/workbench.ts'

let bench: Workbench
let set: InstalledSet
beforeAll(async () => {
  bench = await Workbench.open()
  bench.wheel('server', '1.0', { files: { 'server/tool*': '#!/bin/sh\n', 'server/empty': '', 'server/a.txt': 'abc' } })
  set = await bench.install('server\n')
})
afterAll(() => bench.close())

describe('linkTree', () => {
  it('has every file, with its mode whatever the umask', async () => {
    const before = process.umask(0o077)
    const copy = join(bench.folder, 'deep/copy')
    try {
      linkTree(set, copy)
    } finally {
      process.umask(before)
    }
    for (const { path, mode } of set.files) {
      expect(readFileSync(join(copy, path))).toEqual(readFileSync(join(set.directory, path)))
      expect(statSync(join(copy, path)).mode & 0o777).toBe(Number.parseInt(mode, 8))
    }
    expect(statSync(join(copy, 'server')).mode & 0o777).toBe(0o755)
  })

  it.each([
    ['a changed byte', (path: string) => writeFileSync(path, 'abd')],
    ['a byte more', (path: string) => writeFileSync(path, 'abcd')],
    ['a byte less', (path: string) => writeFileSync(path, 'ab')],
    ['no file', (path: string) => rmSync(path)],
    ['a link to an equal file', (path: string) => (rmSync(path), symlinkSync(bench.write('same', 'abc'), path))],
  ])('refuses a cache with %s', async (_, damage) => {
    const path = join(set.directory, 'server/a.txt')
    damage(path)
    const copy = join(bench.folder, `copy-${Math.random()}`)
    expect(() => linkTree(set, copy)).toThrow(expect.objectContaining({ code: 'dependencies/cache-damaged' }))
    expect(lstatSync(join(copy, 'server/a.txt'), { throwIfNoEntry: false })).toBeUndefined()
    rmSync(path, { force: true })
    writeFileSync(path, 'abc')
    utimesSync(path, epoch, epoch)
  })

  it('works again after the damaged set was discarded and installed again', async () => {
    rmSync(join(set.directory, 'server'), { recursive: true })
    discard(set)
    expect(await bench.install('server\n')).toEqual(set)
    linkTree(set, join(bench.folder, 'mended'))
  })
})
