import { isDeepStrictEqual } from 'node:util'
import type { Interpreter } from '../package/interpreter.ts'
import { likelyPython, rememberPython } from '../package/likely-python.ts'
import type { Packaged } from '../package/package-project.ts'
import type { Session } from '../session.ts'
import { orAbandoned, type Prepared } from './prepare-launch.ts'

/** A package, and of its launch what could be prepared beside it. */
export interface Ready {
  readonly packed: Packaged
  readonly prepared: Promise<Prepared | undefined>
}

/** What is done with a Python, at once. */
export interface Work {
  /** @param name of the folder that the package is made in */
  readonly pack: (python: Promise<Interpreter>, name: string) => Promise<Packaged>
  readonly prepare: (python: Promise<Interpreter>) => Promise<Prepared | undefined>
}

/**
 * Makes a package and prepares its launch. It begins with the Python of last time, and begins anew if the machine then answers with
 * another one: nothing that was made by a guess that was wrong is ever run.
 *
 * @param python of this machine, being asked
 */
export async function makeReady(session: Session, python: Promise<Interpreter>, work: Work): Promise<Ready> {
  const attempt = async (name: string, answer: Promise<Interpreter>): Promise<Ready> => {
    const prepared = work.prepare(answer)
    prepared.catch(() => undefined) // launchApp says why, if the package can be made at all
    return orAbandoned(prepared, async () => ({ prepared, packed: await work.pack(answer, name) }))
  }
  python.catch(() => undefined) // looked at below
  const likely = await likelyPython(session)
  if (likely !== undefined) {
    const [guessed, certain] = await Promise.allSettled([attempt('guess', Promise.resolve(likely)), python])
    const right = certain.status === 'fulfilled' && isDeepStrictEqual(certain.value, likely)
    if (right && guessed.status === 'fulfilled') return guessed.value
    if (guessed.status === 'fulfilled') await abandon(guessed.value)
    else if (right) throw guessed.reason
  }
  const ready = await attempt('package', python)
  await rememberPython(session, await python)
  return ready
}

async function abandon({ prepared }: Ready): Promise<void> {
  const wrong = new Error('another Python')
  await orAbandoned(prepared, () => Promise.reject(wrong)).catch((error: unknown) => {
    if (error !== wrong) throw error
  })
}
