import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { MseError } from '../../error.ts'
import type { Environment, Interpreter } from '../interpreter.ts'
import { inTemporaryFolder, publishFolder, writeDurably } from './cache.ts'
import { run } from './run.ts'
import { pipEnvironment } from './settings.ts'

/** How to start a pip that can resolve without installing (22.2), on the interpreter given. */
export type Pip = readonly string[]

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
        print(os.path.join(wheel, 'pip'), os.path.basename(wheel).split('-')[1])
`

export async function findPip(
  interpreter: Interpreter,
  cache: string,
  env: Environment,
  signal?: AbortSignal,
): Promise<Pip> {
  const python = [interpreter.executable, '-I', '-X', 'utf8']
  const options = { cwd: '/', env: pipEnvironment(env, cache), signal }
  const { output } = await run([...python, '-c', question], options)
  const found = [...output.matchAll(/^(.+) (\d+)\.(\d+)\S*$/gm)].map(([, where = '', major, minor]) => ({
    start: where === 'module' ? [...python, '-m', 'pip'] : [...python, where],
    recent: Number(major) > 22 || (Number(major) === 22 && Number(minor) >= 2),
  }))
  const recent = found.find((one) => one.recent)
  if (recent) return recent.start

  const folder = join(cache, 'pip', ours.version)
  const start = [...python, join(folder, 'pip')]
  if (existsSync(folder)) return start
  const [old] = found
  if (!old) throw missing(interpreter)
  await inTemporaryFolder(cache, async (temporary) => {
    const requirement = join(temporary, 'pip.txt')
    const target = join(temporary, 'pip')
    writeDurably(requirement, `pip==${ours.version} --hash=sha256:${ours.sha256}\n`)
    const rules = ['--require-hashes', '--no-deps', '--only-binary', ':all:', '--no-compile']
    const inside = { ...options, env: pipEnvironment(env, temporary) }
    const { ok, output: said } = await run(
      [...old.start, 'install', ...rules, '--target', target, '-r', requirement],
      inside,
    )
    if (!ok) throw missing(interpreter, new Error(said))
    publishFolder(target, folder)
  })
  return start
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
