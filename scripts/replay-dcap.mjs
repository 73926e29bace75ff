// Replays a folder of attestation data: an INDEX.json and its files. One line for each entry with what was expected and what
// was found, last line `N passed, N failed`. Exits 0 if nothing failed, 1 if something did, 2 if the folder cannot be read.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { installPackages, root } from './setup.mjs'

const [directory] = process.argv.slice(2)
if (directory === undefined) {
  process.stderr.write('usage: npm run -s replay:dcap -- DIR\n')
  process.exit(2)
}
installPackages()
const tsc = join(root, 'node_modules/.bin/tsc')
if (spawnSync(tsc, ['--build', join(root, 'packages/attest')], { stdio: ['ignore', 2, 2] }).status !== 0)
  process.exit(2)

const { readIndex } = await import('./replay/index-file.mjs')
const { replayEntry } = await import('./replay/replay-entry.mjs')

const entries = readIndex(directory)
if (entries === undefined) {
  process.stderr.write(`${directory} has no INDEX.json with entries\n`)
  process.exit(2)
}
const counts = { passed: 0, failed: 0 }
for (const entry of entries) {
  const { passed, expected, found } = await replayEntry(entry, directory)
  counts[passed ? 'passed' : 'failed'] += 1
  process.stdout.write(
    `${passed ? 'passed' : 'FAILED'} ${entry.kind} ${entry.id} expected ${expected} found ${found}\n`,
  )
}
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`)
process.exitCode = counts.failed === 0 ? 0 : 1
