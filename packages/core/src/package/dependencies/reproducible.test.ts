import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

import { makeAwkwardWheel } from './testing/awkward-wheel.ts'
import { Workbench } from './testing/workbench.ts'

it('installDependencies gives the same bytes in another folder, with another umask, time zone and locale', async () => {
  const bench = await Workbench.open()
  makeAwkwardWheel(bench)
  const one = await bench.install('awkward\n')
  const before = process.umask(0o077)
  try {
    const env = { ...bench.env, TZ: 'Asia/Kathmandu', LC_ALL: 'C', PYTHONHASHSEED: '7', PYTHONOPTIMIZE: '2' }
    const other = await bench.install('awkward\n', { cacheDirectory: join(bench.folder, 'other/longer cache'), env })
    expect(other.directory).not.toBe(one.directory)
    expect({ lock: other.lock, files: other.files }).toEqual({ lock: one.lock, files: one.files })
    const mode = (path: string): number => statSync(join(other.directory, path)).mode & 0o777
    expect(['', 'awkward', 'awkward/program', 'leaf.py'].map(mode)).toEqual([0o755, 0o755, 0o755, 0o644])
  } finally {
    process.umask(before)
    bench.close()
  }
})
