import { MseError } from '../error.ts'
import type { Target } from './dependencies/target.ts'
import { findPython, type Environment, type Interpreter } from './interpreter.ts'

/** The Python that a package is for, and what of Python is on this machine. */
export interface Pythons {
  readonly target: Target
  /** Runs pip, whatever the package is for. */
  readonly interpreter: Interpreter
  /** Of the target's minor version: compiles, and runs the application if it is launched here. */
  readonly matching: Interpreter | undefined
}

/** `wanted` is a minor version, `3.11`; undefined: that of this machine's Python, which may have been `asked` earlier. */
export async function choosePythons(
  env: Environment,
  wanted: string | undefined,
  signal?: AbortSignal,
  asked: Promise<Interpreter> = findPython(env, signal),
): Promise<Pythons> {
  const interpreter = await asked
  if (wanted === undefined || wanted === interpreter.minor) {
    return { target: { python: interpreter.minor }, interpreter, matching: interpreter }
  }
  const matching = await findPython(env, signal, wanted).catch((error: unknown) => {
    if (error instanceof MseError && error.code === 'environment/python') return undefined
    throw error
  })
  return { target: { python: wanted }, interpreter, matching }
}
