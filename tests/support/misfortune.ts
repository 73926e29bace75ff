import { appendFileSync } from 'node:fs'
import { expect, type TestContext } from 'vitest'
import type { Person } from './mse.ts'

const tally = process.env['MSE_FAULTS_TALLY']

/** After each test: a line in the tally of `node scripts/faults.mjs`, by the first words of its suite. */
export function count({ task }: TestContext): void {
  const outcome = task.result?.state === 'fail' ? 'failed' : 'passed'
  const [title = ''] = (task.suite?.name ?? '').split(' (')
  if (tally !== undefined && task.mode === 'run')
    appendFileSync(tally, `${title.replaceAll(' ', '-')} misfortune ${outcome}\n`)
}

/** For a test of several commands. */
export const patient = { timeout: 120_000 } as const

/** All of them for the script; a few where there is little time. */
export function some<T>(all: readonly T[], few: readonly T[]): readonly T[] {
  return tally === undefined ? few : all
}

/** A code, or `ok`. Nothing that happens to a machine is a bug of ours. */
export async function outcomeOf(person: Person, ...words: string[]): Promise<string> {
  const { code, error } = await person.json(...words)
  expect(code, `mse ${words.join(' ')}: ${error?.message}`).not.toBe(70)
  return error?.code ?? 'ok'
}
