// The fingerprint of a typical application: 4 GiB of enclave, 300 MB of base and dependencies; of one whose dependencies alone have more;
// and packaging after one line changed. Everything by the command, beside an empty node. Cold: nothing is remembered but the base, which
// was imported once. Curves over memory and files are in bench/sgx.mjs. Prints a table, and with --write
// puts it into bench/RESULTS.md.
import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { mse, root, setup } from '../scripts/setup.mjs'
import { above, publish, spread } from './table.mjs'

setup()
const rounds = Number(process.env.MSE_BENCH_ROUNDS ?? 5)
const home = mkdtempSync(join(tmpdir(), 'mse-bench-fingerprint-'))
const cache = join(root, 'node_modules/.cache/mse-bench')
const env = { ...process.env, HOME: home, XDG_CACHE_HOME: cache }
const GRAMINE = 'usr/lib/x86_64-linux-gnu/gramine'

writeBase(join(home, 'base'), 8000, 150e6)
const base = run('base', 'import', join(home, 'base')).stdout.trim()
const typical = prepare('typical', ['flask>=3,<4', 'numpy>=2,<3', 'pandas>=2.2,<4'])
const large = prepare('large', ['flask>=3,<4', 'numpy>=2,<3', 'pandas>=2.2,<4', 'scikit-learn>=1.5,<2'])
// What was written a moment ago is not remembered: it could be written again unseen.
await setTimeout(2500)

const series = { node: [], cold: [], warm: [], all: [], large: [], largeWarm: [], package: [] }
for (let round = 0; round < rounds; round += 1) {
  series.node.push(time(() => spawnSync(process.execPath, ['-e', '0'])))
  forget()
  series.cold.push(time(() => run('fingerprint', typical.made, '--platform', 'sgx')))
  series.warm.push(time(() => run('fingerprint', typical.made, '--platform', 'sgx')))
  run('fingerprint', typical.made)
  series.all.push(time(() => run('fingerprint', typical.made)))
  forget()
  series.large.push(time(() => run('fingerprint', large.made, '--platform', 'sgx')))
  series.largeWarm.push(time(() => run('fingerprint', large.made, '--platform', 'sgx')))
  appendFileSync(join(large.project, 'mse_src/app.py'), '\n# changed\n')
  series.package.push(time(() => run('fingerprint', large.project, '--platform', 'software')))
}
rmSync(home, { recursive: true, force: true })

const row = (title, list) => [title, ...spread(list), above(list, series.node)]
publish(
  `fingerprints, ${rounds} rounds`,
  ['what', 'median, ms', 'range, ms', 'above `node`, ms'],
  [
    row('`node -e 0`', series.node),
    row(`MRENCLAVE of a package: 4 GiB, base of 150 MB, dependencies of ${typical.size} MB; cold`, series.cold),
    row('the same, nothing touched since', series.warm),
    row('all three fingerprints of it, nothing touched since', series.all),
    row(`MRENCLAVE with dependencies of ${large.size} MB; cold`, series.large),
    row('the same, nothing touched since', series.largeWarm),
    row('packaging that after a change of one line, without writing the image', series.package),
  ],
)

/** A project with these requirements, packaged; with the size of its dependencies in MB. */
function prepare(name, requirements) {
  const project = join(home, name)
  cpSync(join(root, 'examples/forecast'), project, { recursive: true })
  const toml = readFileSync(join(project, 'mse.toml'), 'utf8').replace(/^(hardware|python|base) .*\n/gm, '')
  writeFileSync(join(project, 'mse.toml'), `base = "${base}"\nhardware = "4g"\npython = "3.11"\n${toml}`)
  writeFileSync(join(project, 'mse_src/requirements.txt'), `${requirements.join('\n')}\n`)
  const made = join(home, `${name}.pkg`)
  run('package', project, '--output', made)
  const sizes = readdirSync(join(made, 'blobs/sha256')).map((blob) => statSync(join(made, 'blobs/sha256', blob)).size)
  return { project, made, size: Math.round(Math.max(...sizes) / 1e6) }
}

function forget() {
  for (const name of ['results', 'layers.json']) rmSync(join(cache, 'mse', name), { recursive: true, force: true })
}

function run(...words) {
  const outcome = spawnSync(process.execPath, [mse, ...words], { env, encoding: 'utf8' })
  if (outcome.status !== 0) throw new Error(outcome.stderr)
  return outcome
}

function time(work) {
  const begin = performance.now()
  work()
  return performance.now() - begin
}

/** An OCI layout of one layer with as many files of as many bytes, made by tar, and the loader of the vectors. */
function writeBase(folder, files, bytes) {
  const tree = join(home, 'tree')
  const put = (path, content) => {
    mkdirSync(join(tree, path, '..'), { recursive: true })
    writeFileSync(join(tree, path), content)
  }
  for (let at = 0; at < files; at += 1)
    put(`usr/lib/python3.11/p${at % 100}/m${at}.py`, Buffer.alloc(bytes / files, at))
  for (const path of ['usr/bin/python3.11', `${GRAMINE}/libsysdb.so`, `${GRAMINE}/runtime/glibc/ld-linux-x86-64.so.2`])
    put(path, path)
  put(`${GRAMINE}/sgx/libpal.so`, readFileSync(join(root, 'spec/vectors/gramine/shared/tiny-b.so')))
  spawnSync('tar', ['-C', tree, '-cf', join(home, 'layer.tar'), 'usr'])
  const blob = (content) => {
    const hex = createHash('sha256').update(content).digest('hex')
    mkdirSync(join(folder, 'blobs/sha256'), { recursive: true })
    writeFileSync(join(folder, 'blobs/sha256', hex), content)
    return { digest: `sha256:${hex}`, size: content.length }
  }
  const type = (name) => `application/vnd.oci.image.${name}`
  const layer = blob(readFileSync(join(home, 'layer.tar')))
  const rootfs = { type: 'layers', diff_ids: [layer.digest] }
  const config = blob(Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs })))
  const manifest = blob(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: type('manifest.v1+json'),
        config: { mediaType: type('config.v1+json'), ...config },
        layers: [{ mediaType: type('layer.v1.tar'), ...layer }],
      }),
    ),
  )
  const manifests = [{ mediaType: type('manifest.v1+json'), ...manifest }]
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }))
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  rmSync(tree, { recursive: true })
}
