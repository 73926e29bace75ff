import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { MseError } from '../error.ts'
import { findPip } from '../package/dependencies/pip.ts'
import { redact } from '../package/dependencies/redact.ts'
import { run } from '../package/dependencies/run.ts'
import { pipEnvironment } from '../package/dependencies/settings.ts'
import { findPython } from '../package/interpreter.ts'
import type { Session } from '../session.ts'

/**
 * The environment of tests: the caller's, with `tests_requirements` installed in a folder of the cache, once for each Python and
 * each list; never into anybody's own Python.
 *
 * @throws MseError `test/requirements`
 */
export async function testEnvironment(
  session: Session,
  requirements: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const { env, folders, signal } = session
  const interpreter = await findPython(env, signal)
  const wanted = createHash('sha256')
    .update(JSON.stringify([interpreter, requirements]))
    .digest('hex')
    .slice(0, 16)
  const installed = join(folders.cache, 'tests', wanted)
  if (requirements.length > 0 && !existsSync(installed)) {
    await session.phase('install', 'what the tests need', () => install(session, requirements, installed))
  }
  const path = [join(installed, 'bin'), dirname(interpreter.executable), env['PATH'] ?? '/usr/bin:/bin'].join(delimiter)
  const given = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { ...Object.fromEntries(given), PATH: path, PYTHONPATH: installed, PYTHONDONTWRITEBYTECODE: '1' }
}

/** Into a folder of its own that gets its name when it is complete; of two that do so at once, the first is kept. */
async function install({ env, signal }: Session, requirements: readonly string[], target: string): Promise<void> {
  const unfinished = `${target}.${randomBytes(4).toString('hex')}.tmp`
  const interpreter = await findPython(env, signal)
  await mkdir(unfinished, { recursive: true, mode: 0o700 })
  try {
    const pip = await findPip(interpreter, { python: interpreter.minor }, dirname(target), env, signal)
    const words = [...pip.command, 'install', '--target', join(unfinished, 'set'), '--', ...requirements]
    const { ok, output } = await run(words, { cwd: '/', env: pipEnvironment(env, unfinished), signal })
    if (!ok) {
      throw new MseError('test/requirements', 'what the tests need cannot be installed', {
        expected: requirements.join(', '),
        found: redact(output.split('\n').slice(-3).join('\n')),
        next: 'tests_requirements in mse.toml',
      })
    }
    await rename(join(unfinished, 'set'), target).catch((error: unknown) => {
      if (!existsSync(target)) throw error
    })
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}
