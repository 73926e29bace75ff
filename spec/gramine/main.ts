import { writeSync } from 'node:fs'
import { replay } from './replay.ts'

/** One line for each check, then the tally; true if there were checks and all passed. */
export async function printReplay(folder: string): Promise<boolean> {
  const count = { passed: 0, failed: 0 }
  for await (const { name, failure } of replay(folder)) {
    count[failure === undefined ? 'passed' : 'failed'] += 1
    writeSync(1, failure === undefined ? `passed  ${name}\n` : `failed  ${name}: ${failure}\n`)
  }
  writeSync(1, `${count.passed} passed, ${count.failed} failed\n`)
  return count.passed > 0 && count.failed === 0
}
