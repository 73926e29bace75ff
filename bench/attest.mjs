// Measures the verifier beside `@phala/dcap-qvl` and beside the lower bound, in one run and interleaved, so that ratios mean
// something on a busy machine. Needs MSE_SHARED. Prints tables, and with --write puts them into bench/RESULTS.md.
import { join } from 'node:path'
import { must, root } from '../scripts/setup.mjs'
import { median, publish, ratio } from './table.mjs'

const rounds = Number(process.env.MSE_BENCH_ROUNDS ?? 50)
const warmUp = Number(process.env.MSE_BENCH_WARMUP ?? 10)
const shared = process.env.MSE_SHARED
if (shared === undefined) {
  process.stderr.write('MSE_SHARED is not set: there is no evidence to measure with\n')
  process.exit(2)
}
must(join(root, 'node_modules/.bin/tsc'), ['--build', join(root, 'packages/attest')], { stdio: ['ignore', 2, 2] })
const { readCases, verifyFresh, withMemo, withMemoOfOthers } = await import('./attest/cases.mjs')
const { lowerBound } = await import('./attest/lower-bound.mjs')
const { peer } = await import('./attest/peer.mjs')

const rows = []
for (const given of readCases(shared)) rows.push(...(await measure(given)))
const what = `verification, ${rounds} rounds after ${warmUp}`
publish(what, ['evidence', 'what', 'median, ms', 'of the lower bound'], rows, 2)

/** Every item once a round; the first rounds do not count. */
async function measure(given) {
  const items = {
    'lower bound': await lowerBound(given),
    'this verifier, from nothing': () => verifyFresh(given),
    'this verifier, collateral and CA known': await withMemoOfOthers(given),
    'this verifier, the platform known, too': await withMemo(given),
    '`@phala/dcap-qvl`': peer(given),
  }
  const times = Object.fromEntries(Object.keys(items).map((name) => [name, []]))
  for (let round = 0; round < warmUp + rounds; round += 1) {
    for (const [name, item] of Object.entries(items)) {
      const { before, run } = typeof item === 'function' ? { run: item } : item
      before?.()
      const begin = performance.now()
      await run()
      if (round >= warmUp) times[name].push(performance.now() - begin)
    }
  }
  const bound = times['lower bound']
  return Object.entries(times).map(([name, list]) => [given.id, name, median(list).toFixed(2), ratio(list, bound)])
}
