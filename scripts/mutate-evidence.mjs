// Changes genuine evidence in every place, one at a time, and demands that the verifier refuses each: node
// scripts/mutate-evidence.mjs DIR [EVERY]. With EVERY, only each such change. Beside it, one in a hundred of the changed quotes is
// shown to `@phala/dcap-qvl`. Last line `N passed, N failed`.
import { join } from 'node:path'
import { must, root } from './setup.mjs'

const [directory, every = '1'] = process.argv.slice(2)
if (directory === undefined) {
  process.stderr.write('usage: node scripts/mutate-evidence.mjs DIR [EVERY]\n')
  process.exit(2)
}
must(join(root, 'node_modules/.bin/tsc'), ['--build', join(root, 'packages/attest')], { stdio: ['ignore', 2, 2] })
const { change, changesOf } = await import('./mutations/mutations.mjs')
const { genuineCases, judgeCase } = await import('./mutations/genuine-cases.mjs')
const { javascriptVerdict } = await import('./oracles/verdicts.mjs')

const counts = { passed: 0, failed: 0 }
const other = { asked: 0, accepted: 0 }
for (const genuine of genuineCases(directory)) {
  const whole = await judgeCase(genuine)
  if (!whole.text.startsWith('accept:')) throw new Error(`${genuine.id} is refused as it is: ${whole.text}`)
  let number = 0
  for (const what of changesOf(genuine)) {
    number += 1
    if (number % Number(every) !== 0) continue
    const changed = change(genuine, what)
    const { text } = await judgeCase(changed)
    counts[text.startsWith('reject:') ? 'passed' : 'failed'] += 1
    if (!text.startsWith('reject:'))
      process.stdout.write(`FAILED ${genuine.id} ${what.part} bit ${what.place}: ${text}\n`)
    if (what.part === 'quote' && number % 100 === 0) {
      other.asked += 1
      if (javascriptVerdict(changed).text.startsWith('accept')) other.accepted += 1
    }
  }
  process.stdout.write(`${genuine.id}: ${number} changes\n`)
}
process.stdout.write(`@phala/dcap-qvl accepted ${other.accepted} of ${other.asked} changed quotes\n`)
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`)
process.exitCode = counts.failed === 0 ? 0 : 1
