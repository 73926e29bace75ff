// The whole suite: the verifier and how much of it is covered, the rest of TypeScript and the real software enclave (vitest), the
// verifier once more in Chromium, the launcher (pytest), then both replays of shared vectors. The last line counts them all.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { browserArguments, hasChromium } from './browser/browser-suite.mjs'
import { must, prepareTests, pythonEnvironment, root, say, setup, withPath } from './setup.mjs'
import { coverageArguments, otherArguments } from './verifier-tests.mjs'

setup()
prepareTests()
const python = pythonEnvironment()
if (process.env.MSE_SHARED === undefined)
  say('MSE_SHARED is not set: tests on the shared attestation data are skipped.')

const folder = mkdtempSync(join(tmpdir(), 'mse-test-'))
const results = [
  vitest(coverageArguments, join(folder, 'verifier.json')),
  vitest(otherArguments, join(folder, 'vitest.json')),
  ...browser(join(folder, 'browser.json')),
  pytest(join(folder, 'pytest.xml')),
  ...replays(process.env.MSE_SHARED),
]
rmSync(folder, { recursive: true, force: true })

const passed = results.reduce((sum, one) => sum + one.passed, 0)
const failed = results.reduce((sum, one) => sum + one.failed, 0)
process.exitCode = failed === 0 ? 0 : 1
process.stdout.write(`${passed} passed, ${failed} failed\n`)

function browser(report) {
  if (hasChromium()) return [vitest(browserArguments, report)]
  say('There is no /usr/bin/chromium: the tests of the verifier in a browser are skipped.')
  return []
}

function vitest(what, report) {
  const args = [join(root, 'node_modules/vitest/vitest.mjs'), ...what, '--reporter=default', '--reporter=json']
  const status = suite(process.execPath, [...args, `--outputFile.json=${report}`], process.env)
  return counted(status, () => {
    const { numFailedTests, numFailedTestSuites, numPassedTests } = JSON.parse(readFileSync(report, 'utf8'))
    return { passed: numPassedTests, failed: Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0) }
  })
}

function pytest(report) {
  const args = ['-m', 'pytest', '-q', 'enclave/tests', `--junitxml=${report}`]
  const status = suite(python, args, withPath(python))
  return counted(status, () => {
    const number = (name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(readFileSync(report, 'utf8'))?.[1] ?? 0)
    const failed = number('failures') + number('errors')
    return { passed: number('tests') - failed - number('skipped'), failed }
  })
}

function replays(shared) {
  if (shared === undefined) return []
  const vectors = join(folder, 'gramine')
  mkdirSync(vectors)
  must('tar', ['-xzf', join(shared, 'vectors/gramine.tar.gz'), '-C', vectors])
  return [replay('replay-dcap', join(shared, 'data/dcap')), replay('replay-gramine', vectors)]
}

/** A replay prints a line for each entry: only those that failed are shown here, and its last one. */
function replay(script, vectors) {
  const { status, stdout } = spawnSync(process.execPath, [join(root, `scripts/${script}.mjs`), vectors], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = stdout.trimEnd().split('\n')
  say([script, ...lines.filter((line) => /^fail/i.test(line)), lines.at(-1)].join('\n'))
  return counted(status, () => {
    const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(lines.at(-1))
    return { passed: Number(passed), failed: Number(failed) }
  })
}

function suite(program, args, env) {
  return spawnSync(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env }).status
}

/** A suite that ended badly without saying how many failed counts as one failure: it can never look green. */
function counted(status, read) {
  try {
    const { passed, failed } = read()
    return { passed, failed: status === 0 ? failed : Math.max(1, failed) }
  } catch {
    return { passed: 0, failed: 1 }
  }
}
