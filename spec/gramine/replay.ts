import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Questionable, Vectors } from './case.ts'
import type { Check } from './check.ts'
import { replayCase } from './replay-case.ts'
import { replayQuestionable } from './replay-questionable.ts'

/** Replays a folder of golden vectors, one check after the other. */
export async function* replay(folder: string): AsyncGenerator<Check> {
  const vectors = read<Vectors>(join(folder, 'vectors.json'))
  const errors = join(folder, 'errors.json')
  const questionable = existsSync(errors) ? read<{ readonly cases: readonly Questionable[] }>(errors).cases : []
  const scratch = mkdtempSync(join(tmpdir(), 'mse-gramine-'))
  try {
    for (const one of vectors.cases) yield* await replayCase(folder, vectors, one, scratch)
    for (const one of questionable) yield* await replayQuestionable(folder, vectors, one, scratch)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function read<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T
}
