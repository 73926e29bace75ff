import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { findPython } from '../../interpreter.ts'

/** Whether pip, as it is configured on this machine, can reach its index. Says so when it cannot. */
export async function indexAnswers(): Promise<boolean> {
  const { executable } = await findPython(process.env)
  const question = ['-I', '-m', 'pip', 'index', 'versions', 'six', '--retries', '0', '--timeout', '5']
  try {
    await promisify(execFile)(executable, question, { timeout: 15_000 })
    return true
  } catch {
    process.stderr.write('The package index does not answer: tests that need it are skipped.\n')
    return false
  }
}
