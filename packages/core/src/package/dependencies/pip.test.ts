import { execFileSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { Interpreter } from '../interpreter.ts'
import { findPip } from './pip.ts'
import { run } from './run.ts'
import { pipEnvironment } from './settings.ts'
import { indexAnswers } from './testing/index-answers.ts'
import { Workbench } from './testing/workbench.ts'

const online = await indexAnswers()
const target = { python: '3.12' }

let bench: Workbench
beforeEach(async () => {
  bench = await Workbench.open()
})
afterEach(() => bench.close())

/** A program in the place of Python that answers every question like this. */
function impostor(script: string): Interpreter {
  const executable = bench.write('impostor', `#!/bin/sh\n${script}\n`)
  chmodSync(executable, 0o755)
  return { ...bench.interpreter, executable }
}

/** Debian's Python comes without the wheel of pip that others keep for ensurepip. */
function hasBundledPip(): boolean {
  const places = '"/usr/share/python-wheels", os.path.join(sysconfig.get_path("stdlib"), "ensurepip", "_bundled")'
  const question = `import glob, os, sysconfig; print([glob.glob(os.path.join(place, "pip-*.whl")) for place in (${places})])`
  return execFileSync(bench.interpreter.executable, ['-I', '-c', question]).toString().includes('.whl')
}

describe('findPip', () => {
  it('takes the pip of the interpreter, or one that came with it', async () => {
    const venv = join(bench.folder, 'venv')
    execFileSync(bench.interpreter.executable, ['-m', 'venv', '--without-pip', venv])
    const interpreter = { ...bench.interpreter, executable: join(venv, 'bin/python') }
    for (const one of hasBundledPip() ? [bench.interpreter, interpreter] : [bench.interpreter]) {
      const pip = await findPip(one, target, bench.cache, bench.env)
      expect(pip.command.slice(0, 2)).toEqual([one.executable, '-I'])
      const { ok, output } = await run([...pip.command, '--version'], {
        cwd: '/',
        env: pipEnvironment(bench.env, bench.folder),
        signal: undefined,
      })
      expect([ok, output]).toEqual([true, expect.stringMatching(/^pip \d+/)])
    }
  })

  it('says how to get one when there is none', async () => {
    const none = { ...impostor('exit 0'), prefix: '/usr' }
    await expect(findPip(none, target, bench.cache, bench.env)).rejects.toMatchObject({
      code: 'environment/pip',
      next: 'sudo apt-get install --yes --no-install-recommends python3-pip',
    })
  })

  it('says so when the pip of the machine is too old and cannot fetch another', async () => {
    const old = impostor('case "$*" in *install*) echo "no network"; exit 1;; *) echo module 22.0.2;; esac')
    await expect(findPip(old, target, bench.cache, bench.env)).rejects.toMatchObject({
      code: 'environment/pip',
      found: expect.stringContaining('an older pip'),
    })
  })

  it.skipIf(!online)('fetches one through an old pip, once (needs the package index)', async () => {
    const python = bench.interpreter.executable
    const claims = `case "$*" in *sysconfig*) echo module 22.0.2;; *) exec "${python}" "$@";; esac`
    const old = impostor(claims)
    const env = { ...process.env, HOME: bench.folder }
    const pip = await findPip(old, target, bench.cache, env)
    expect(pip.shown).toMatch(/\/pip\/[\d.]+$/)
    expect(await findPip(old, target, bench.cache, bench.env)).toEqual(pip)
    const { output } = await run([...pip.command, '--version'], {
      cwd: '/',
      env: pipEnvironment(env, bench.folder),
      signal: undefined,
    })
    expect(output).toContain(join(bench.cache, 'pip'))
  })
})
