// The fingerprint of a typical application: 4 GiB of enclave, 300 MB of base and dependencies; and packaging after one line changed.
// Everything by the command, beside an empty node. Curves over memory and files are in bench/sgx.mjs. Prints a table, and with --write
// puts it into bench/RESULTS.md.
import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { mse, root, setup } from '../scripts/setup.mjs'

setup()
const rounds = Number(process.env.MSE_BENCH_ROUNDS ?? 5)
const home = mkdtempSync(join(tmpdir(), 'mse-bench-fingerprint-'))
const cache = join(root, 'node_modules/.cache/mse-bench')
const env = { ...process.env, HOME: home, XDG_CACHE_HOME: cache }
const GRAMINE = 'usr/lib/x86_64-linux-gnu/gramine'
const project = join(home, 'project')

writeBase(join(home, 'base'), 8000, 150e6)
const base = run('base', 'import', join(home, 'base')).stdout.trim()
// numpy, pandas and scikit-learn with what they need: some 10,000 files.
cpSync(join(root, 'examples/forecast'), project, { recursive: true })
const toml = readFileSync(join(project, 'mse.toml'), 'utf8').replace(/^(hardware|python|base) .*\n/gm, '')
writeFileSync(join(project, 'mse.toml'), `base = "${base}"\nhardware = "4g"\npython = "3.11"\n${toml}`)
const made = join(home, 'made')
run('package', project, '--output', made)

const series = { node: [], one: [], all: [], package: [] }
for (let round = 0; round < rounds; round += 1) {
  series.node.push(time(() => spawnSync(process.execPath, ['-e', '0'])))
  series.one.push(time(() => run('fingerprint', made, '--platform', 'sgx')))
  series.all.push(time(() => run('fingerprint', made)))
  appendFileSync(join(project, 'mse_src/app.py'), '\n# changed\n')
  series.package.push(time(() => run('fingerprint', project, '--platform', 'software')))
}
rmSync(home, { recursive: true, force: true })

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]
const row = (title, list) =>
  `| ${title} | ${median(list).toFixed(0)} | ${Math.min(...list).toFixed(0)}–${Math.max(...list).toFixed(0)} | ${(median(list) - median(series.node)).toFixed(0)} |`
const table = [
  '| what | median, ms | range, ms | above `node`, ms |',
  '| --- | --: | --: | --: |',
  row('`node -e 0`', series.node),
  row('MRENCLAVE of a package, 4 GiB, base of 150 MB, dependencies of numpy, pandas, scikit-learn', series.one),
  row('all three fingerprints of it', series.all),
  row('packaging it after a change of one line, without writing the image', series.package),
].join('\n')
const heading = `## ${new Date().toISOString().slice(0, 10)}: fingerprints, ${rounds} rounds, ${cpus().length} × ${cpus()[0].model}, Node ${process.version}`
process.stdout.write(`${heading}\n\n${table}\n`)
if (process.argv.includes('--write')) {
  const results = join(root, 'bench/RESULTS.md')
  const before = existsSync(results) ? readFileSync(results, 'utf8') : '# Results\n'
  writeFileSync(results, `${before.trimEnd()}\n\n${heading}\n\n${table}\n`)
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
