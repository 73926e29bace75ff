import { execFileSync } from 'node:child_process'
import {
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe } from 'vitest'

import { makeAwkwardWheel } from './testing/awkward-wheel.ts'
import { test } from './testing/bench-test.ts'
import type { Workbench } from './testing/workbench.ts'
import type { InstallOptions } from './install-dependencies.ts'
import type { InstalledSet } from './installed-set.ts'
import type { Progress } from './progress.ts'

/** An interpreter that cannot run: whoever succeeds with it did not need one. */
function unusable(bench: Workbench): Partial<InstallOptions> {
  const unable = { ...bench.interpreter, executable: '/nonexistent/python' }
  return { interpreter: unable, compiler: unable }
}

const paths = (set: InstalledSet): string[] => set.files.map((file) => file.path)

describe('installDependencies', () => {
  test('locks application and launcher in one set and installs it', async ({ bench, expect }) => {
    makeAwkwardWheel(bench)
    const steps: Progress[] = []
    const set = await bench.install('Awkward\n', { onProgress: (step) => steps.push(step) })
    const { packages } = set.lock
    expect(packages.map(({ name, version, via }) => `${name} ${version} for ${via.join(', ')}`)).toEqual([
      'awkward 2.0+local.1 for requirements.txt',
      'leaf 2.9 for awkward',
      'server 1.5 for the launcher',
    ])
    expect(set.lock).toMatchObject({ target: { python: bench.interpreter.minor }, byteCode: bench.interpreter.version })
    expect([...new Set(steps.map((one) => one.step))]).toEqual(['resolve', 'install', 'compile'])
    const list = paths(set)
    expect(list).toEqual(list.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
    expect(list).toEqual(expect.arrayContaining(['awkward/template.py', 'bin/__init__.py', 'share/awkward/data.txt']))
    expect(list.filter((path) => /^bin\/(?!_)|INSTALLER|REQUESTED|direct_url|template.*pyc/.test(path))).toEqual([])
    expect(set.files.filter((file) => file.mode === '0755').map((file) => file.path)).toEqual(['awkward/program'])
    for (const file of set.files) {
      const path = join(set.directory, file.path)
      expect(statSync(path)).toMatchObject({ size: file.size, mtimeMs: 315_532_800_000 })
      expect(readFileSync(path).includes(bench.folder)).toBe(false)
    }
    const record = readFileSync(join(set.directory, 'awkward-2.0+local.1.dist-info/RECORD'), 'utf8').split('\n')
    expect(record.some((row) => row.startsWith('"awkward/ünï, ""quoted"".txt",sha256='))).toBe(true)
    expect(record.filter((row) => /^\.\.|INSTALLER|pycache/.test(row))).toEqual([])
  })

  test('compiles so that the byte code is used without a look at the source, and names the path in the enclave', async ({
    bench,
    expect,
  }) => {
    const set = await bench.install('', { requirements: undefined })
    const script = 'import sys; sys.path.insert(0, sys.argv[1]); import server; print(server.name())'
    writeFileSync(join(set.directory, 'server.py'), 'def name(): return "the source"\n')
    const said = execFileSync(bench.interpreter.executable, ['-I', '-S', '-B', '-c', script, set.directory])
    expect(said.toString()).not.toContain('the source')
    const [compiled = ''] = paths(set).filter((path) => path.startsWith('__pycache__/server.'))
    expect(readFileSync(join(set.directory, compiled)).includes('/opt/mse/site-packages/server.py')).toBe(true)
  })

  test('needs neither pip nor Python nor an index the second time, and gives the same lock when newer wheels exist', async ({
    bench,
    expect,
  }) => {
    bench.wheel('leaf', '1.0')
    const first = await bench.install('leaf\n')
    bench.wheel('leaf', '1.1')
    expect(await bench.install('leaf  # the same\n', unusable(bench))).toEqual(first)
    rmSync(join(bench.cache, 'locks'), { recursive: true })
    const refreshed = await bench.install('leaf\n')
    expect(refreshed.lock.text).toContain('leaf==1.1')
    expect(await bench.install('leaf\n', unusable(bench))).toEqual(refreshed)
  })

  test('keeps the wheels when only the Python that compiles has changed', async ({ bench, expect }) => {
    const first = await bench.install('')
    bench.wheel('server', '1.6')
    const without = await bench.install('', { compiler: undefined })
    expect(without.lock).toMatchObject({ byteCode: null, packages: first.lock.packages })
    expect(await bench.install('')).toEqual(first)
  })

  test('honours a configuration file of pip, and resolves again when it changes', async ({ bench, expect }) => {
    const config = bench.write('pip.conf', '[global]\nno-index = true\nuser = true\nrequire-hashes = true\n')
    const env = { ...bench.env, PIP_CONFIG_FILE: config, PIP_NO_INDEX: undefined, PIP_FIND_LINKS: undefined }
    await expect(bench.install('', { env })).rejects.toMatchObject({ code: 'dependencies/not-found' })
    bench.write(
      'pip.conf',
      `[global]\nno-index = true\nuser = true\nrequire-virtualenv = 1\n[install]\nfind-links = ${bench.wheels}\n`,
    )
    expect((await bench.install('', { env })).lock.text).toContain('server==1.5')
  })

  test('is not led astray by settings of pip that install elsewhere', async ({ bench, expect }) => {
    const aside = join(bench.folder, 'aside')
    const settings = {
      PIP_TARGET: aside,
      PIP_USER: '1',
      PIP_PREFIX: aside,
      PIP_NO_BINARY: ':all:',
      PIP_PYTHON: '/bin/false',
    }
    const set = await bench.install('', { env: { ...bench.env, ...settings } })
    expect(paths(set)).toContain('server.py')
    expect(existsSync(aside)).toBe(false)
  })

  test('lets two at once work, and both get the same', async ({ bench, expect }) => {
    const [one, other] = await Promise.all([bench.install('server\n'), bench.install('server\n')])
    expect(one).toEqual(other)
    expect(readdirSync(join(bench.cache, 'sets'))).toHaveLength(1)
    expect(readdirSync(join(bench.cache, 'tmp'))).toEqual([])
  })

  test('leaves nothing when it is stopped', async ({ bench, expect }) => {
    const stop = AbortSignal.timeout(300)
    await expect(bench.install('server\n', { signal: stop })).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(readdirSync(join(bench.cache, 'tmp'))).toEqual([])
  })

  test('removes what killed ones left, and nothing of those that live', async ({ bench, expect }) => {
    let name = ''
    const look = (): void => {
      name = readdirSync(join(bench.cache, 'tmp'))[0] ?? name
    }
    await bench.install('', { onProgress: look })
    const [world = ''] = name.split('-')
    const dead = execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }).trim()
    bench.write(`cache/tmp/${world}-${dead}-a/left`, '')
    bench.write(`cache/tmp/${world}-${process.pid}-b/live`, '')
    bench.write('cache/tmp/elsewhere-1-c/unknown', '')
    bench.write('cache/tmp/elsewhere-1-d/old', '')
    utimesSync(join(bench.cache, 'tmp/elsewhere-1-d'), 1, 1)
    rmSync(join(bench.cache, 'locks'), { recursive: true })
    await bench.install('')
    expect(readdirSync(join(bench.cache, 'tmp')).toSorted()).toEqual(
      [`${world}-${process.pid}-b`, 'elsewhere-1-c'].toSorted(),
    )
  })

  test('makes good a lock or a manifest that was cut short', async ({ bench, expect }) => {
    const set = await bench.install('')
    const [lock = ''] = readdirSync(join(bench.cache, 'locks'))
    truncateSync(join(bench.cache, 'locks', lock), 100)
    expect(await bench.install('')).toEqual(set)
    truncateSync(join(set.directory, '../files.json'), 100)
    expect(await bench.install('')).toEqual(set)
    expect(await bench.install('', unusable(bench))).toEqual(set)
  })
})
