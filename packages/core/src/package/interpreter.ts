import { execFile } from 'node:child_process'

import { MseError } from '../error.ts'

/** A Python on this machine: what packages are installed for, and what the software enclave runs. */
export interface Interpreter {
  /** The program itself: never a shim, never the copy or link inside a virtual environment. */
  readonly executable: string
  /** `sys.base_prefix`. */
  readonly prefix: string
  /** `3.11.7` */
  readonly version: string
  /** `3.11` */
  readonly minor: string
  readonly implementation: 'cpython'
  /** Extension modules' tag, `cpython-311-x86_64-linux-gnu`; a free-threaded or debug build has its own. */
  readonly abi: string
  /** `linux-x86_64` */
  readonly platform: string
  /** `glibc 2.36`; empty where it has no version. It decides which wheels fit. */
  readonly libc: string
}

export type Environment = Readonly<Record<string, string | undefined>>

/*
 * Nothing of this is cached. Which Python a pyenv or asdf shim chooses depends on variables, on files in every folder
 * upwards and on plug-ins; and a program's version can change without the file (it may be in libpython, or libc).
 * Asking takes 10 to 20 ms, through a shim about 100: start it early, beside other work.
 */
const question = `
import _imp, os, sys
executable = os.path.realpath(getattr(sys, '_base_executable', None) or sys.executable)
# A virtual environment made with --copies: up to 3.10, and for 3.13, the copy is not recognised as one.
if os.path.exists(os.path.join(os.path.dirname(os.path.dirname(executable)), 'pyvenv.cfg')):
    executable = os.path.realpath(os.path.join(sys.base_prefix, 'bin', 'python%d.%d' % sys.version_info[:2]))
try:
    libc = os.confstr('CS_GNU_LIBC_VERSION') or ''
except (AttributeError, OSError, ValueError):
    libc = ''
machine = os.uname().machine if sys.maxsize > 2**32 else os.uname().machine + '-32bit'
print(executable, sys.base_prefix, sys.version.split()[0], '%d.%d' % sys.version_info[:2], sys.implementation.name,
    _imp.extension_suffixes()[0].strip('.').rsplit('.', 1)[0], sys.platform + '-' + machine, libc, sep='\\n')
`

const oldest = [3, 10] as const
const names = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10']
const absent = 'is not there'
const patience = 20_000

/**
 * The Python of `MSE_PYTHON`, or else the first suitable one on the path; of the minor version `3.11`, if one is given. One
 * process when that is `python3`.
 */
export async function findPython(env: Environment, signal?: AbortSignal, minor?: string): Promise<Interpreter> {
  const chosen = env['MSE_PYTHON']
  const onPath = minor === undefined ? names : [`python${minor}`, 'python3']
  const found: string[] = []
  for (const name of chosen ? [chosen] : onPath) {
    const answer = await ask(name, env, signal)
    if (typeof answer === 'string') found.push(answer)
    else if (suits(answer) && (minor ?? answer.minor) === answer.minor) return answer
    else found.push(`${name} is ${answer.implementation} ${answer.version} (${answer.abi})`)
  }
  throw new MseError('environment/python', 'no suitable Python was found', {
    expected: minor === undefined ? `CPython ${oldest.join('.')} or later` : `CPython ${minor}`,
    found: found.join('; ') || 'none',
    next: advice(chosen, found, minor),
  })
}

function advice(chosen: string | undefined, found: readonly string[], minor: string | undefined): string {
  if (chosen) return 'set MSE_PYTHON to a suitable Python, or unset it'
  if (minor !== undefined) return `install Python ${minor} and name it: MSE_PYTHON=/path/to/python${minor}`
  if (found.every((sentence) => sentence.endsWith(absent)))
    return 'sudo apt-get install --yes --no-install-recommends python3'
  return `install Python ${oldest.join('.')} or later and name it: MSE_PYTHON=/path/to/python3`
}

type Answer = Omit<Interpreter, 'implementation'> & { readonly implementation: string }

/** What the program says about itself; a sentence if it says nothing sensible. */
function ask(name: string, env: Environment, signal?: AbortSignal): Promise<Answer | string> {
  return new Promise((resolve, reject) => {
    const options = { env, timeout: patience, ...(signal && { signal }) }
    execFile(name, ['-I', '-S', '-c', question], options, (error, stdout, stderr) => {
      if (signal?.aborted) return reject(signal.reason)
      if (error?.code === 'ENOENT') return resolve(`${name} ${absent}`)
      const [executable, prefix, version, minor, implementation, abi, platform, libc] = stdout.split('\n')
      if (error || !executable || !prefix || !version || !minor || !implementation || !abi || !platform) {
        return resolve(
          `${name} does not run (${stderr.trim().split('\n')[0] || error?.message.split('\n')[0] || 'no answer'})`,
        )
      }
      resolve({ executable, prefix, version, minor, implementation, abi, platform, libc: libc ?? '' })
    })
  })
}

/** Wheels are chosen for the ordinary build: a free-threaded or debug one (`cpython-313t-…`) cannot load their modules. */
function suits(answer: Answer): answer is Interpreter {
  const [major = 0, minor = 0] = answer.minor.split('.').map(Number)
  const ordinary = new RegExp(`^cpython-${major}${minor}(?:-|$)`).test(answer.abi)
  return answer.implementation === 'cpython' && ordinary && major === oldest[0] && minor >= oldest[1]
}
