// Kills at many moments (tests/faults.test.ts), lets the world fail (tests/misfortunes.test.ts, tests/gone.test.ts) and
// prints a tally:
// node scripts/faults.mjs [COUNT [SEED]]
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, setup } from './setup.mjs'

setup()
const [count = '200', seed = '20261126'] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'mse-faults-'))
const tally = join(folder, 'tally')
const env = { ...process.env, MSE_FAULTS: count, MSE_FAULTS_SEED: seed, MSE_FAULTS_TALLY: tally }
const vitest = [
  join(root, 'node_modules/vitest/vitest.mjs'),
  'run',
  'tests/faults.test.ts',
  'tests/misfortunes.test.ts',
  'tests/gone.test.ts',
]
const { status } = spawnSync(process.execPath, vitest, { cwd: root, stdio: ['ignore', 2, 2], env })

const lines = existsSync(tally) ? readFileSync(tally, 'utf8').trimEnd().split('\n') : []
rmSync(folder, { recursive: true, force: true })
const rows = group(lines)
for (const [scene, of] of rows) {
  const passed = of.filter((line) => line.endsWith(' passed')).length
  process.stdout.write(`${scene.padEnd(14)} ${passed} passed, ${of.length - passed} failed\n`)
}
const passed = lines.filter((line) => line.endsWith(' passed')).length
const kills = lines.filter((line) => line.split(' ')[1] !== 'misfortune').length
process.stdout.write(`${passed} passed, ${lines.length - passed} failed; ${kills} kills of seed ${seed}\n`)
process.exitCode = status === 0 && passed === lines.length && kills === Number(count) ? 0 : 1

function group(list) {
  const groups = new Map()
  for (const line of list) {
    const scene = line.split(' ')[0]
    groups.set(scene, [...(groups.get(scene) ?? []), line])
  }
  return groups
}
