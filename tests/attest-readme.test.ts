import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const folder = join(import.meta.dirname, '../packages/attest')
const [, useful = '', testing = ''] = readFileSync(join(folder, 'README.md'), 'utf8').split('```js\n')

/** Runs a piece of the README as a program beside the package. */
function run(code: string): string {
  const [program = ''] = code.split('```')
  return execFileSync(process.execPath, ['--input-type=module', '--eval', program], { cwd: folder, encoding: 'utf8' })
}

it('the test evidence of the README of the verifier is judged as it says there', () => {
  expect(run(testing)).toBe('SGX enclave UpToDate\ncrl/expired\n')
})

it('what the README of the verifier imports is there', () => {
  const imports = useful.split('\n').filter((line) => line.startsWith('import '))
  expect(imports).toHaveLength(2)
  expect(run(imports.join('\n'))).toBe('')
})
