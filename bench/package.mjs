// What `mse package` costs after one line of code has changed, in a project of some 300 MB of dependencies (numpy, pandas,
// scikit-learn: 10,000 files). Prints a table, and with --write adds it to bench/RESULTS.md. The first run fetches the wheels.
import { spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { mse, root, setup } from '../scripts/setup.mjs'
import { above, publish, spread } from './table.mjs'

setup()
const rounds = Number(process.env.MSE_BENCH_ROUNDS ?? 7)
const cache = join(root, 'node_modules/.cache/mse-bench')
// Beside the cache, as a home and its .cache are: a layer that has to be copied to another disk costs what copying costs.
const home = mkdtempSync(join(root, 'node_modules/.cache/mse-bench-package-'))
const env = { ...process.env, HOME: home, XDG_CACHE_HOME: cache }
const project = join(home, 'project')
cpSync(join(root, 'examples/forecast'), project, { recursive: true })
const run = (...words) => {
  const { status, stderr } = spawnSync(process.execPath, [mse, ...words], { env, encoding: 'utf8', cwd: home })
  if (status !== 0) throw new Error(`mse ${words.join(' ')}: ${stderr}`)
}
const edit = () => appendFileSync(join(project, 'mse_src/app.py'), '\n# changed\n')
const forget = () => rmSync(join(cache, 'mse/blobs'), { recursive: true, force: true })
const series = { node: [], cold: [], warm: [], again: [], archive: [] }
const time = (name, work) => {
  const begin = performance.now()
  work()
  series[name].push(performance.now() - begin)
}

try {
  run('package', project, '--output', join(home, 'first'))
  const blobs = readdirSync(join(home, 'first/blobs/sha256')).map(
    (name) => statSync(join(home, 'first/blobs/sha256', name)).size,
  )
  for (let round = 0; round < rounds; round += 1) {
    const out = join(home, `out-${round}`)
    time('node', () => spawnSync(process.execPath, ['-e', '0']))
    edit()
    forget()
    time('cold', () => run('package', project, '--output', `${out}-cold`))
    edit()
    time('warm', () => run('package', project, '--output', out))
    rmSync(out, { recursive: true })
    edit()
    time('again', () => run('package', project, '--output', out))
    edit()
    time('archive', () => run('package', project, '--output', `${out}.tar`))
    for (const made of [out, `${out}-cold`, `${out}.tar`]) rmSync(made, { recursive: true })
  }
  report(blobs.reduce((sum, size) => sum + size, 0))
} finally {
  rmSync(home, { recursive: true, force: true })
}

function report(bytes) {
  const row = (title, list) => [title, ...spread(list), above(list, series.node)]
  const what = `packaging again, ${(bytes / 1e6).toFixed(0)} MB, ${rounds} rounds`
  publish(
    what,
    ['what', 'median, ms', 'range, ms', 'above `node`, ms'],
    [
      row('`node -e 0`', series.node),
      row('`mse package` after one line changed, no layer known', series.cold),
      row('the same, the layer of dependencies known', series.warm),
      row('the same, the package before it deleted: the layer is read again', series.again),
      row('the same into a `.tar`', series.archive),
    ],
  )
}
