// Takes each check of docs/dcap-checks.md away in turn and runs the tests that cover it: at least one has to fail. One line for
// each, last line `N passed, N failed`. Numbers as arguments restrict it to these checks. About five minutes.
import { runWithout } from './disable-checks/run-without.mjs'
import { ways } from './disable-checks/ways.mjs'

const numbers = process.argv.slice(2).map(Number)
const chosen = numbers.length === 0 ? ways : ways.filter(({ number }) => numbers.includes(number))

// With every check in its place nothing may fail, or the rest would prove nothing.
const whole = await runWithout({ tests: [...new Set(chosen.flatMap(({ tests }) => tests))] })
if (whole.failed > 0) {
  process.stderr.write(`${whole.failed} tests fail with every check in its place\n`)
  process.exit(2)
}
const all = ['packages/attest/src', 'tests/replay-dcap.test.ts']
const counts = { passed: 0, failed: 0 }
for (const way of chosen) {
  const near = await runWithout(way)
  // Where the tests next to it see nothing, recorded evidence may.
  const { applied, failed } = near.applied && near.failed === 0 ? await runWithout({ ...way, tests: all }) : near
  const noticed = applied && failed > 0
  counts[noticed ? 'passed' : 'failed'] += 1
  const found = applied ? `${failed} tests failed` : 'its text is not there once'
  process.stdout.write(`${noticed ? 'passed' : 'FAILED'} ${way.number} ${way.title}: ${found}\n`)
}
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`)
process.exitCode = counts.failed === 0 ? 0 : 1
