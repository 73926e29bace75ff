// Throws much at an operator service (tests/operator-load.test.ts) and prints a tally, all on the loopback interface:
// node scripts/operator-load.mjs [CONNECTIONS [PATHS [SECONDS [SEED]]]]
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, setup } from './setup.mjs'

setup()
const [connections = '1000', paths = '1000000', seconds = '1200', seed = '20261126'] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'mse-load-'))
const tally = join(folder, 'tally')
const env = {
  ...process.env,
  MSE_LOAD_CONNECTIONS: connections,
  MSE_LOAD_PATHS: paths,
  MSE_LOAD_SECONDS: seconds,
  MSE_LOAD_SEED: seed,
  MSE_LOAD_TALLY: tally,
}
const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'tests/operator-load.test.ts']
const { status } = spawnSync(process.execPath, vitest, { cwd: root, stdio: ['ignore', 2, 2], env })
if (existsSync(tally)) process.stdout.write(readFileSync(tally, 'utf8'))
rmSync(folder, { recursive: true, force: true })
process.exitCode = status ?? 1
