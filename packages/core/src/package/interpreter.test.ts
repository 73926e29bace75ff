import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

import { findPython } from './interpreter.ts'

const folder = mkdtempSync(join(realpathSync(tmpdir()), 'mse-python-'))
afterAll(() => rmSync(folder, { recursive: true }))

const real = await findPython(process.env)

/** A folder for PATH with programs in it; each is the text of a shell script, or a program to link to. */
function path(name: string, programs: Record<string, string>): string {
  const directory = join(folder, name)
  mkdirSync(directory)
  for (const [program, text] of Object.entries(programs)) {
    const file = join(directory, program)
    if (text.startsWith('/')) symlinkSync(text, file)
    else writeFileSync(file, `#!/bin/sh\n${text}\n`)
    if (!text.startsWith('/')) chmodSync(file, 0o755)
  }
  return directory
}

const claims = (implementation: string, version: string, abi = 'cpython-39-x86_64-linux-gnu'): string =>
  `printf '%s\\n' /p/python3 /p ${version} ${version.split('.').slice(0, 2).join('.')} ${implementation} ${abi} linux-x86_64 'glibc 2.36'`

describe('findPython', () => {
  it('describes the interpreter itself', () => {
    expect(real.executable).toBe(realpathSync(real.executable))
    expect(real.version.startsWith(`${real.minor}.`)).toBe(true)
    expect(real).toMatchObject({ implementation: 'cpython', platform: expect.stringMatching(/^[a-z]+-\w+$/) })
  })

  it('sees through a script that stands before Python', async () => {
    const PATH = path('shim', { python3: `exec "${real.executable}" "$@"` })
    expect(await findPython({ PATH })).toEqual(real)
  })

  it.each(['--symlinks', '--copies'])('sees through a virtual environment (%s)', async (how) => {
    const venv = join(folder, `venv${how}`)
    execFileSync(real.executable, ['-m', 'venv', '--without-pip', how, venv])
    expect(await findPython({ MSE_PYTHON: join(venv, 'bin/python') })).toEqual(real)
  })

  it('takes the next when the first is too old, another implementation, or a shim without a choice', async () => {
    const PATH = path('next', {
      python3: claims('cpython', '3.9.2'),
      'python3.13': claims('pypy', '3.13.0'),
      'python3.12': 'echo "pyenv: python3.12: command not found" >&2; exit 127',
      'python3.11': real.executable,
    })
    expect(await findPython({ PATH })).toEqual(real)
  })

  it('takes MSE_PYTHON and nothing else', async () => {
    const PATH = path('chosen', { python3: real.executable, old: claims('cpython', '3.9.2') })
    await expect(findPython({ PATH, MSE_PYTHON: 'old' })).rejects.toMatchObject({
      code: 'environment/python',
      found: expect.stringContaining('old is cpython 3.9.2'),
    })
    await expect(findPython({ PATH, MSE_PYTHON: '/absent/python' })).rejects.toMatchObject({
      code: 'environment/python',
    })
  })

  it('takes the one of the minor version that is asked for', async () => {
    const thirteen = claims('cpython', '3.13.5', 'cpython-313-x86_64-linux-gnu')
    const PATH = path('minor', { python3: real.executable, 'python3.13': thirteen })
    expect(await findPython({ PATH }, undefined, '3.13')).toMatchObject({ version: '3.13.5' })
    expect(await findPython({ PATH }, undefined, real.minor)).toEqual(real)
    await expect(findPython({ PATH }, undefined, '3.12')).rejects.toMatchObject({
      code: 'environment/python',
      expected: 'CPython 3.12',
    })
  })

  it('refuses a free-threaded build, which cannot load the modules of wheels', async () => {
    const PATH = path('threads', { python3: claims('cpython', '3.13.5', 'cpython-313t-x86_64-linux-gnu') })
    await expect(findPython({ PATH })).rejects.toMatchObject({ code: 'environment/python' })
  })

  it('says what it found and what to do', async () => {
    await expect(findPython({ PATH: path('empty', {}) })).rejects.toMatchObject({
      code: 'environment/python',
      next: 'sudo apt-get install --yes --no-install-recommends python3',
    })
    const PATH = path('old', { python3: claims('cpython', '3.9.2') })
    await expect(findPython({ PATH })).rejects.toMatchObject({
      expected: 'CPython 3.10 or later',
      found: expect.stringContaining('python3 is cpython 3.9.2'),
      next: expect.stringContaining('MSE_PYTHON='),
    })
  })

  it('refuses an answer that is cut short', async () => {
    const PATH = path('short', { python3: 'echo /p/python3' })
    await expect(findPython({ PATH })).rejects.toMatchObject({ found: expect.stringContaining('does not run') })
  })

  it('stops when told to', async () => {
    const PATH = path('slow', { python3: 'exec sleep 20' })
    const stop = AbortSignal.timeout(50)
    await expect(findPython({ PATH: `${PATH}:${process.env['PATH']}` }, stop)).rejects.toMatchObject({
      name: 'TimeoutError',
    })
  })
})
