// Asks this verifier, `@phala/dcap-qvl` and, with --python INTERPRETER (one that has dcap-qvl of PyPI), the Rust library what they
// say of recorded evidence: node scripts/compare-verifiers.mjs DIR. One line for each difference, then how many there are of which
// cause. docs/other-verifiers.md explains the causes. Last line `N passed, N failed`: a difference in which this verifier is not
// as the index wants it fails.
import { join } from 'node:path'
import { must, root } from './setup.mjs'

const [directory, flag, interpreter] = process.argv.slice(2)
if (directory === undefined) {
  process.stderr.write('usage: node scripts/compare-verifiers.mjs DIR [--python INTERPRETER]\n')
  process.exit(2)
}
must(join(root, 'node_modules/.bin/tsc'), ['--build', join(root, 'packages/attest')], { stdio: ['ignore', 2, 2] })
const { readBytes, readIndex } = await import('./replay/index-file.mjs')
const { givenFor, outcome, policyFor } = await import('./replay/verification.mjs')
const { javascriptVerdict, startPython } = await import('./oracles/verdicts.mjs')

const python = flag === '--python' ? startPython(interpreter) : undefined
const counts = { passed: 0, failed: 0 }
const causes = new Map()
for (const entry of readIndex(directory).filter(({ kind }) => kind === 'verify')) {
  const raw = JSON.parse(new TextDecoder().decode(readBytes(directory, entry.collateral)))
  const given = {
    quote: readBytes(directory, entry.quote),
    raw,
    time: entry.time,
    rootDer: readBytes(directory, entry.root),
  }
  const evidence = { quote: given.quote }
  const demands = {
    tcbInfoVersions: [2, 3],
    ...(entry.tee === 'tdx' ? { tdAttributes: 'any', mrservicetd: 'any' } : {}),
  }
  const ours = await outcome(evidence, policyFor(entry.tee, demands), await givenFor(entry, directory))
  const right = entry.level === 'policy' || word(ours.text) === word(entry.expect)
  for (const [name, verdict] of [
    ['js', javascriptVerdict(given)],
    ...(python === undefined ? [] : [['rust', await python.verdict(given)]]),
  ]) {
    if (word(verdict.text) === word(ours.text)) {
      counts.passed += 1
      continue
    }
    counts[right ? 'passed' : 'failed'] += 1
    const cause = `${name}: this verifier ${ours.text}, the other ${verdict.text}${verdict.reason ? ` (${short(verdict.reason)})` : ''}`
    causes.set(cause, (causes.get(cause) ?? 0) + 1)
    process.stdout.write(`${right ? 'differs' : 'FAILED'} ${entry.id}: ${cause}\n`)
  }
}
python?.stop()
for (const [cause, count] of [...causes].sort(([a], [b]) => (a < b ? -1 : 1)))
  process.stdout.write(`${count} × ${cause}\n`)
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`)
process.exitCode = counts.failed === 0 ? 0 : 1

/** Of refusals the reason is not compared. */
function word(text) {
  return text.startsWith('reject') ? 'reject' : text
}

function short(reason) {
  return reason.split('\n')[0].slice(0, 70)
}
