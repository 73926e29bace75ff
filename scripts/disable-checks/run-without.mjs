import { join } from 'node:path'
import { startVitest } from 'vitest/node'
import { root } from '../setup.mjs'

/**
 * Runs tests with one check taken away. The files of the repository stay as they are: the text is replaced while the tests
 * load it.
 *
 * @returns how many tests failed, and whether the text was found in its place
 */
export async function runWithout({ file, from, to, tests }) {
  const target = file && join(root, 'packages/attest/src', file)
  let applied = false
  const plugin = {
    name: 'without-a-check',
    enforce: 'pre',
    transform(code, id) {
      if (id.split('?')[0] !== target || code.split(from).length !== 2) return undefined
      applied = true
      return code.replace(from, () => to)
    },
  }
  const quiet = {
    reporters: [{}],
    watch: false,
    bail: 1,
    silent: true,
    exclude: ['**/tampering.test.ts', '**/node_modules/**'],
  }
  const vitest = await startVitest('test', tests, { root, ...quiet }, { plugins: [plugin] })
  const failed = vitest.state.getCountOfFailedTests()
  await vitest.close()
  process.exitCode = 0
  return { applied, failed }
}
