import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { readJson, replaceFile } from '../state/files.ts'
import type { Session } from '../session.ts'
import type { Interpreter } from './interpreter.ts'

type Asker = Pick<Session, 'env' | 'folders'>

interface Remembered {
  readonly schema: 'mse-python/1'
  /** The variables that the answer was for. */
  readonly asked: readonly (string | null)[]
  readonly interpreter: Interpreter
}

/**
 * The Python that this machine answered with the last time, to begin with while it is asked again: behind a shim that takes longer
 * than to make a package. It is a guess. What was begun with it is thrown away when the answer is another one.
 */
export async function likelyPython(asker: Asker): Promise<Interpreter | undefined> {
  const remembered = await readJson<Remembered>(place(asker)).catch(() => undefined)
  const fits = remembered?.schema === 'mse-python/1' && isDeepStrictEqual(remembered.asked, variables(asker))
  return fits ? remembered.interpreter : undefined
}

/** Writes the answer down for the next time; a cache that cannot be written costs time and nothing else. */
export async function rememberPython(asker: Asker, interpreter: Interpreter): Promise<void> {
  const remembered: Remembered = { schema: 'mse-python/1', asked: variables(asker), interpreter }
  const path = place(asker)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    .then(() => replaceFile(path, JSON.stringify(remembered)))
    .catch(() => undefined)
}

function place({ folders }: Asker): string {
  return join(folders.cache, 'python.json')
}

function variables({ env }: Asker): (string | null)[] {
  return ['MSE_PYTHON', 'PATH'].map((name) => env[name] ?? null)
}
