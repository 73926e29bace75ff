import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'vitest'

import { lockDependencies } from './lock-dependencies.ts'
import { readLock, type LockFile } from './lock.ts'
import { test } from './testing/bench-test.ts'
import type { Workbench } from './testing/workbench.ts'

/** What `mse lock` writes. */
function lock(bench: Workbench, requirements: string, keep: LockFile['packages'] = []): Promise<LockFile> {
  bench.write('code/requirements.txt', requirements)
  const { interpreter, env, cache: cacheDirectory, launcherRequirements } = bench
  const target = { python: interpreter.minor }
  const paths = { requirements: bench.requirements, launcherRequirements, cacheDirectory }
  return lockDependencies({ ...paths, target, interpreter, compiler: interpreter, env, keep })
}

describe('a committed lock', () => {
  test('is obeyed: no newer version, no other Python, no other index changes anything', async ({ bench, expect }) => {
    bench.wheel('leaf', '1.0')
    const { text: committed } = await lock(bench, 'leaf\n')
    bench.wheel('leaf', '2.0')
    const here = await bench.install('leaf\n', { committed })
    expect(here.lock.text).toBe(committed)
    expect(here.files.map(({ path }) => path)).toContain('leaf-1.0.dist-info/METADATA')
    const env = { ...bench.env, PIP_CONFIG_FILE: bench.write('pip.conf', '[global]\ntimeout = 3\n') }
    const elsewhere = { committed, env, cacheDirectory: join(bench.folder, 'another cache') }
    expect((await bench.install('leaf\n', elsewhere)).files).toEqual(here.files)
  })

  test('of other requirements of the application is refused', async ({ bench, expect }) => {
    bench.wheel('leaf', '1.0')
    const { text: committed } = await lock(bench, 'leaf\n')
    await expect(bench.install('leaf>=1\n', { committed })).rejects.toMatchObject({
      code: 'dependencies/lock-stale',
      next: 'mse lock',
    })
  })

  test('of another launcher is refused', async ({ bench, expect }) => {
    const { text: committed } = await lock(bench, '')
    bench.write('launcher-requirements.txt', 'server>=1.2\n')
    await expect(bench.install('', { committed })).rejects.toMatchObject({ code: 'dependencies/lock-stale' })
  })

  test('for another Python is refused', async ({ bench, expect }) => {
    const { text: committed } = await lock(bench, '')
    const target = { python: '3.99' }
    await expect(bench.install('', { committed, target })).rejects.toMatchObject({ code: 'dependencies/lock-stale' })
  })

  test('that compiles with a Python that is not here is refused, not compiled with another', async ({
    bench,
    expect,
  }) => {
    const { text: committed } = await lock(bench, '')
    const compiler = { ...bench.interpreter, version: `${bench.interpreter.minor}.99` }
    for (const other of [compiler, undefined]) {
      await expect(bench.install('', { committed, compiler: other })).rejects.toMatchObject({
        code: 'environment/python',
        expected: `CPython ${bench.interpreter.version}`,
        next: expect.stringContaining('mse lock --without-byte-code'),
      })
    }
  })

  test('without byte code gives the same tree with any Python', async ({ bench, expect }) => {
    const set = await bench.install('', { compiler: undefined })
    expect(set.lock.byteCode).toBeNull()
    expect(set.files.filter(({ path }) => path.endsWith('.pyc'))).toEqual([])
    rmSync(bench.cache, { recursive: true })
    expect((await bench.install('', { committed: set.lock.text })).files).toEqual(set.files)
  })

  test.for<[string, (text: string) => string]>([
    ['cut short', (text) => text.slice(0, -30)],
    ['with a line of its own', (text) => `${text}evil==1.0 --hash=sha256:${'0'.repeat(64)}\n`],
    ['with an option', (text) => `${text}--extra-index-url https://example.com/simple\n`],
    ['with a conflict of git in it', (text) => `${text}<<<<<<< HEAD\n`],
    ['for another C library', (text) => text.replace('glibc 2.34', 'glibc 2.99')],
    ['that is empty', () => ''],
  ])('%s is refused', async ([, damage], { bench, expect }) => {
    const { text } = await lock(bench, '')
    await expect(bench.install('', { committed: damage(text) })).rejects.toMatchObject({
      code: 'dependencies/lock',
      next: 'mse lock',
    })
  })

  test('whose wheel is another one names the line that needs it', async ({ bench, expect }) => {
    bench.wheel('app', '1.0', { requires: ['middle'] })
    bench.wheel('middle', '1.0', { requires: ['deep'] })
    bench.wheel('deep', '1.0')
    const { text: committed } = await lock(bench, 'server\napp\n')
    const wheel = bench.wheel('deep', '1.0', { files: { 'deep.py': 'import evil\n' } })
    await expect(bench.install('server\napp\n', { committed })).rejects.toMatchObject({
      code: 'dependencies/hash-mismatch',
      message: expect.stringMatching(/^requirements\.txt:2: app: deep==1\.0 /),
    })
    rmSync(wheel)
    await expect(bench.install('server\napp\n', { committed })).rejects.toMatchObject({
      code: 'dependencies/not-found',
      message: expect.stringMatching(/^requirements\.txt:2: app: there is no .*deep.* any more$/),
      next: expect.stringContaining('mse lock'),
    })
  })
})

describe('locking again', () => {
  test('keeps the versions that the requirements still allow', async ({ bench, expect }) => {
    for (const name of ['one', 'two']) bench.wheel(name, '1.0')
    const before = await lock(bench, 'one\n')
    for (const name of ['one', 'two']) bench.wheel(name, '2.0')
    const kept = await lock(bench, 'one\ntwo\n', before.packages)
    expect(kept.text).toMatch(/^one==1\.0 .*\n^server==1\.5 .*\n^two==2\.0 /m)
    expect((await lock(bench, 'one\ntwo\n')).text).toMatch(/^one==2\.0 /m)
  })

  test('chooses anew when they do not go together', async ({ bench, expect }) => {
    bench.wheel('one', '1.0')
    const before = await lock(bench, 'one\n')
    bench.wheel('one', '2.0')
    expect((await lock(bench, 'one>1\n', before.packages)).text).toMatch(/^one==2\.0 /m)
  })
})

test('what was written is what is read', async ({ bench, expect }) => {
  const made = await lock(bench, '')
  expect(readLock(made.text)).toEqual(made)
})
