import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { MseError } from '../../error.ts'
import type { Environment, Interpreter } from '../interpreter.ts'
import { inTemporaryFolder, publishFolder, writeDurably } from './cache.ts'
import { needsProgram, pipProgram } from './pip-program.ts'
import { run } from './run.ts'
import { pipEnvironment } from './settings.ts'
import { markerEnvironment, type Target } from './target.ts'

/** A pip that can resolve without installing (22.2), for a target that is not the machine it runs on. */
export interface Pip {
  /** Where it lies, as people read it. */
  readonly shown: string
  /** The start of a command line of it. */
  readonly command: readonly string[]
  /** The start of a command that says which package needs which, of a report. */
  readonly needs: readonly string[]
}

/** What is fetched, through the pip of the machine, where that pip is older than 22.2 (Ubuntu 22.04 has 22.0.2). */
const ours = { version: '26.3', sha256: 'f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13' }

/*
 * -I keeps the folder that we stand in, the user's own site-packages and PYTHON… variables out; pip's configuration
 * is not touched by it. A wheel of pip runs without being installed; ensurepip keeps one, Debian keeps it elsewhere.
 */
const question = `
import glob, os, sysconfig
try:
    import pip
    print('module', pip.__version__)
except ImportError:
    pass
folders = ['/usr/share/python-wheels', sysconfig.get_config_var('WHEEL_PKG_DIR') or '']
folders.append(os.path.join(sysconfig.get_path('stdlib'), 'ensurepip', '_bundled'))
for folder in filter(None, folders):
    for wheel in glob.glob(os.path.join(folder, 'pip-*.whl')):
        print(wheel, os.path.basename(wheel).split('-')[1])
`

export async function findPip(
  interpreter: Interpreter,
  target: Target,
  cache: string,
  env: Environment,
  signal?: AbortSignal,
): Promise<Pip> {
  const python = [interpreter.executable, '-I', '-X', 'utf8']
  const options = { cwd: '/', env: pipEnvironment(env, cache), signal }
  const { output } = await run([...python, '-c', question], options)
  const found = [...output.matchAll(/^(.+) (\d+)\.(\d+)\S*$/gm)].map(([, where = '', major, minor]) => ({
    place: where === 'module' ? '' : where,
    recent: Number(major) > 22 || (Number(major) === 22 && Number(minor) >= 2),
  }))
  for (const { place } of found.filter((one) => one.recent)) {
    const pip = pipAt(python, place, target)
    if ((await run([...pip.command, '--version'], options)).ok) return pip
  }
  const folder = join(cache, 'pip', ours.version)
  if (!existsSync(folder)) {
    const [any] = found
    if (any === undefined) throw missing(interpreter)
    await fetchOurs(any.place === '' ? [...python, '-m', 'pip'] : [...python, join(any.place, 'pip')], folder, {
      interpreter,
      cache,
      env,
      signal,
    })
  }
  return pipAt(python, folder, target)
}

function pipAt(python: readonly string[], place: string, target: Target): Pip {
  const about = [place, JSON.stringify(markerEnvironment(target))]
  const shown = place === '' ? 'pip of this Python' : place
  return { shown, command: [...python, '-c', pipProgram, ...about], needs: [...python, '-c', needsProgram, ...about] }
}

interface Surroundings {
  readonly interpreter: Interpreter
  readonly cache: string
  readonly env: Environment
  readonly signal: AbortSignal | undefined
}

async function fetchOurs(any: readonly string[], folder: string, around: Surroundings): Promise<void> {
  const { interpreter, cache, env, signal } = around
  await inTemporaryFolder(cache, async (temporary) => {
    const requirement = join(temporary, 'pip.txt')
    const target = join(temporary, 'pip')
    writeDurably(requirement, `pip==${ours.version} --hash=sha256:${ours.sha256}\n`)
    const rules = ['--require-hashes', '--no-deps', '--only-binary', ':all:', '--no-compile']
    const { ok, output: said } = await run([...any, 'install', ...rules, '--target', target, '-r', requirement], {
      cwd: '/',
      env: pipEnvironment(env, temporary),
      signal,
    })
    if (!ok) throw missing(interpreter, new Error(said))
    publishFolder(target, folder)
  })
}

function missing(interpreter: Interpreter, cause?: Error): MseError {
  const debian = interpreter.prefix === '/usr'
  return new MseError('environment/pip', `${interpreter.executable} has no pip that can resolve requirements`, {
    expected: 'pip 22.2 or later',
    found: cause ? `an older pip, which could not fetch pip ${ours.version}` : 'none',
    next: debian
      ? 'sudo apt-get install --yes --no-install-recommends python3-pip'
      : `${interpreter.executable} -m ensurepip`,
    cause,
  })
}
