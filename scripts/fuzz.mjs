// Feeds damaged files to every parser of the verifier: node scripts/fuzz.mjs [INPUTS] [SEED]; 5 million if not said. Needs
// MSE_SHARED. No exception but the verifier's own, no input over 50 ms (best of three), memory flat. Last line `N passed, N failed`.
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { must, root } from './setup.mjs'

const [inputs = 5_000_000, seed = 1] = process.argv.slice(2).map(Number)
const shared = process.env.MSE_SHARED
if (shared === undefined) {
  process.stderr.write('MSE_SHARED is not set: there are no files to damage\n')
  process.exit(2)
}
must(join(root, 'node_modules/.bin/tsc'), ['--build', join(root, 'packages/attest')], { stdio: ['ignore', 2, 2] })
const { fuzz } = await import('./fuzz/fuzz.mjs')
const { targets } = await import('./fuzz/targets.mjs')

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')
const usedMiB = () => {
  collectGarbage()
  return process.memoryUsage().heapUsed / 2 ** 20
}

const all = targets(join(shared, 'data/dcap'))
const batch = Math.min(inputs, 100_000)
const totals = { refused: 0, accepted: 0, wrong: [] }
let start
const begin = performance.now()
for (let done = 0; done < inputs; done += batch) {
  const { refused, accepted, wrong } = fuzz(all, {
    seed: seed + done,
    inputs: Math.min(batch, inputs - done),
    slowest: 50,
  })
  totals.refused += refused
  totals.accepted += accepted
  totals.wrong.push(...wrong)
  const used = usedMiB()
  start ??= used
  if (used > start + 16) totals.wrong.push(`memory grew from ${start.toFixed(0)} to ${used.toFixed(0)} MiB`)
  process.stderr.write(`${done + batch} inputs, ${used.toFixed(1)} MiB, ${totals.wrong.length} wrong\n`)
}
const minutes = (performance.now() - begin) / 60_000
for (const line of totals.wrong) process.stdout.write(`FAILED ${line}\n`)
process.stdout.write(
  `${all.length} parsers, seed ${seed}, ${minutes.toFixed(1)} minutes: ${totals.refused} refused, ${totals.accepted} accepted\n`,
)
process.stdout.write(
  `${totals.refused + totals.accepted - totals.wrong.length} passed, ${totals.wrong.length} failed\n`,
)
process.exitCode = totals.wrong.length === 0 ? 0 : 1
