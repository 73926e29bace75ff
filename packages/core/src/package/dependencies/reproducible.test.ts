import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'

import { findPython, type Environment, type Interpreter } from '../interpreter.ts'
import { makeAwkwardWheel } from './testing/awkward-wheel.ts'
import { test } from './testing/bench-test.ts'
import type { Workbench } from './testing/workbench.ts'

/** https://github.com/wolfcw/libfaketime, where it is installed: pip believes that it is another day. */
const fakeTime = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'

/** Another user's shell. */
function otherEnvironment(bench: Workbench): Environment {
  const [home, temporary] = ['home of another', 'temporary files'].map((name) => join(bench.folder, name))
  for (const folder of [home, temporary]) mkdirSync(folder as string)
  const day = existsSync(fakeTime) ? { LD_PRELOAD: fakeTime, FAKETIME: '@2031-02-03 04:05:06' } : {}
  const where = { HOME: home, TMPDIR: temporary, USER: 'somebody', LOGNAME: 'somebody', TZ: 'Asia/Kathmandu' }
  const python = { PYTHONHASHSEED: '7', PYTHONOPTIMIZE: '2', PYTHONPATH: bench.folder, SOURCE_DATE_EPOCH: '1' }
  return { ...bench.env, ...where, ...python, ...day, LC_ALL: 'C', LANG: 'tr_TR.UTF-8', MAKEFLAGS: '-j3' }
}

/** The system's own Python, whose pip is another one, if there is one beside the one that compiles. */
async function otherInterpreter(bench: Workbench): Promise<Interpreter> {
  return findPython({ ...bench.env, MSE_PYTHON: '/usr/bin/python3' }).catch(() => bench.interpreter)
}

test('gives the same bytes in another folder, for another user, with another umask, on another day', async ({
  bench,
}) => {
  makeAwkwardWheel(bench)
  const one = await bench.install('awkward\n')
  const before = process.umask(0o077)
  try {
    const other = await bench.install('awkward\n', {
      cacheDirectory: join(bench.folder, 'other/longer cache'),
      env: otherEnvironment(bench),
      interpreter: await otherInterpreter(bench),
    })
    expect(other.directory).not.toBe(one.directory)
    expect({ ...other, directory: '' }).toEqual({ ...one, directory: '' })
    const mode = (path: string): number => statSync(join(other.directory, path)).mode & 0o777
    expect(['', 'awkward', 'awkward/program', 'leaf.py'].map(mode)).toEqual([0o755, 0o755, 0o755, 0o644])
  } finally {
    process.umask(before)
  }
})
