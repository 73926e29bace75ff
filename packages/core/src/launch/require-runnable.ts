import { MseError } from '../error.ts'
import { targetLibc } from '../package/dependencies/dependencies.ts'
import type { Index } from '../package/index-file.ts'
import type { Interpreter } from '../package/interpreter.ts'

/**
 * What is in a package runs on this Python.
 *
 * @throws MseError `environment/python` when it is of another minor version, `environment/libc` when its C library is older
 * than the one that wheels are chosen for
 */
export function requireRunnable({ python }: Index, interpreter: Interpreter): void {
  const { executable, version, minor, libc } = interpreter
  if (minor !== python) {
    throw new MseError('environment/python', `the package is for Python ${python}`, {
      expected: `Python ${python}`,
      found: `Python ${version} at ${executable}`,
      next: `MSE_PYTHON=python${python} mse …`,
    })
  }
  const [, name = '', major = 0, least = 0] = /^(\w+) (\d+)\.(\d+)/.exec(libc) ?? []
  const recent = Number(major) === targetLibc.major && Number(least) >= targetLibc.minor
  if (name === 'glibc' && recent) return
  throw new MseError('environment/libc', 'the dependencies of a package need a newer C library', {
    expected: `glibc ${targetLibc.major}.${targetLibc.minor} or later`,
    found: libc || 'no glibc',
    next: 'use Debian 12, Ubuntu 22.04, RHEL 9 or later',
  })
}
