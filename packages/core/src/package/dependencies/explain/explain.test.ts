import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'vitest'

import type { MseError } from '../../../error.ts'
import type { Environment } from '../../interpreter.ts'
import { discard } from '../installed-set.ts'
import { Workbench } from '../testing/workbench.ts'

const test = it.extend<{ bench: Workbench; failure: (requirements: string, env?: Environment) => Promise<MseError> }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the pattern
  bench: async ({}, use) => {
    const bench = await Workbench.open()
    bench.write('launcher-requirements.txt', 'server>=2\n')
    bench.wheel('server', '2.0')
    bench.wheel('server', '1.0')
    await use(bench)
    bench.close()
  },
  failure: async ({ bench }, use) => {
    await use(async (requirements, env = {}) => {
      const outcome = bench.install(requirements, { env: { ...bench.env, ...env } })
      return outcome.then(
        () => Promise.reject(new Error('was installed')),
        (error: MseError) => error,
      )
    })
  },
})

describe('a failed installation says why', () => {
  test('a conflict with the launcher', async ({ failure, expect }) => {
    const error = await failure('# pinned for years\nserver==1.0\n')
    expect(error.code).toBe('dependencies/conflict')
    expect(error.message).toBe(
      'requirements.txt:2: server==1.0: requirements.txt asks for server==1.0, but the launcher needs server>=2',
    )
    expect(error.next).toBeDefined()
  })

  test('a conflict of two of the application, through their own dependencies', async ({ bench, failure, expect }) => {
    bench.wheel('one', '1.0', { requires: ['shared<2'] })
    bench.wheel('two', '1.0', { requires: ['shared>=2'] })
    bench.wheel('shared', '1.0')
    bench.wheel('shared', '2.0')
    const error = await failure('\none\ntwo\n')
    expect(error.code).toBe('dependencies/conflict')
    expect(error.message).toMatch(/^requirements\.txt:[23]: (one|two): /)
    expect(error.message).toContain('one 1.0 depends on shared<2, but two 1.0 depends on shared>=2')
  })

  test('a conflict with a constraint', async ({ bench, failure, expect }) => {
    bench.write('code/pins.txt', 'server<2\n')
    const error = await failure('-c pins.txt\n')
    expect(error).toMatchObject({
      code: 'dependencies/conflict',
      message: expect.stringContaining('pins.txt:1: server<2'),
    })
  })

  test('a package of sources only, and one that needs such a package', async ({ bench, failure, expect }) => {
    writeFileSync(join(bench.wheels, 'source-1.0.tar.gz'), '')
    bench.wheel('parent', '1.0', { requires: ['source'] })
    const error = await failure('server\nSource==1.0 # no wheel\n')
    expect(error).toMatchObject({ code: 'dependencies/no-wheel', next: expect.stringContaining('pip wheel') })
    expect(error.message).toMatch(/^requirements\.txt:2: Source==1\.0: Source==1\.0 is published as source only/)
    const inner = await failure('server\nparent\n')
    expect(inner.code).toBe('dependencies/no-wheel')
    expect(inner.message).toMatch(/^requirements\.txt:2: parent: source.* is published as source only/)
  })

  test.for([
    { other: 'platform', content: { tag: 'cp27-cp27m-win32' } },
    { other: 'Python', content: { requiresPython: '>=3.99' } },
  ])('wheels for another $other only', async ({ content }, { bench, failure, expect }) => {
    bench.wheel('foreign', '1.0', content)
    const error = await failure('foreign\n')
    expect(error).toMatchObject({ code: 'dependencies/no-wheel', next: expect.stringContaining('python of mse.toml') })
    expect(error.message).toMatch(/^requirements\.txt:1: foreign: foreign/)
  })

  test('a version and a name that do not exist', async ({ bench, failure, expect }) => {
    const name = await failure('server\nsevrer>1\n')
    expect(name.code).toBe('dependencies/not-found')
    expect(name.message).toBe('requirements.txt:2: sevrer>1: there is no package sevrer in the index')
    bench.wheel('known', '1.0')
    const known = await failure('known==99\n')
    expect(known.message).toBe('requirements.txt:1: known==99: there is no known==99 in the index')
    expect(known.found).toContain('1.0')
  })

  test.for(['server; python', 'server>=2 ; python_version >= 3'])(
    'a condition that is none: %s',
    async (line, { failure, expect }) => {
      const error = await failure(`\n\n${line}\n`)
      expect(error.code).toBe('dependencies/syntax')
      expect(error.message).toContain(`requirements.txt:3: ${line}: `)
    },
  )

  test('an index that does not answer, without its password', async ({ failure, expect }) => {
    const index = 'http://me:hunter2@127.0.0.1:9/simple'
    const error = await failure('server\n', {
      PIP_NO_INDEX: undefined,
      PIP_FIND_LINKS: undefined,
      PIP_INDEX_URL: index,
    })
    expect(error.code).toBe('dependencies/unreachable')
    expect(error.message).toContain('Connection refused')
    expect(JSON.stringify([error, error.message])).not.toContain('hunter2')
  })

  test('a wheel with none of the hashes that requirements.txt allows', async ({ bench, failure, expect }) => {
    const error = await failure(`server==2.0 --hash=sha256:${'0'.repeat(64)}\n`)
    expect(error).toMatchObject({ code: 'dependencies/hash-mismatch', expected: '0'.repeat(64) })
    const right = await bench.install(`server==2.0 --hash=sha256:${error.found}\n`)
    expect(right.lock.text).toContain(error.found)
  })

  test('a wheel that was replaced, or withdrawn, after it was locked', async ({ bench, failure, expect }) => {
    discard(await bench.install('server\n'))
    const wheel = bench.wheel('server', '2.0', { files: { 'server.py': 'import evil\n' } })
    const error = await failure('server\n')
    expect(error.code).toBe('dependencies/hash-mismatch')
    expect(error.message).toBe('requirements.txt:1: server: server==2.0 is not the expected wheel')
    rmSync(wheel)
    const gone = await failure('server\n')
    expect(gone).toMatchObject({ code: 'dependencies/not-found', next: expect.stringContaining('rm ') })
    expect(gone.message).toBe('requirements.txt:1: server: there is no server==2.0 in the index any more')
  })

  test('anything else, in the last words of pip', async ({ bench, failure, expect }) => {
    writeFileSync(join(bench.wheels, 'broken-1.0-py3-none-any.whl'), 'not a zip')
    const error = await failure('broken\n')
    expect(error).toMatchObject({ code: 'dependencies/failed', found: expect.stringContaining('broken') })
  })
})
