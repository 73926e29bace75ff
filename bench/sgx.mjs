// What measuring an SGX enclave costs, beside hashing as many bytes and nothing else: the curves over memory and over trusted
// files. Prints a table, and with --write puts it into bench/RESULTS.md.
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, root } from '../scripts/setup.mjs'
import { publish, ratio, spread } from './table.mjs'

build()
const core = (name) => import(join(root, 'packages/core/dist/platform/sgx', name))
const { measureEnclave } = await core('measure/measure-enclave.js')
const { readLoader } = await core('measure/loader.js')
const { renderManifest } = await core('application/render-manifest.js')
const { GRAMINE, RUNTIME } = await core('application/base.js')
const { expandManifest } = await core('manifest/expand-manifest.js')
const { hashFiles } = await core('manifest/hash-files.js')
const { HashCache } = await core('../../state/hash-cache.js')

const rounds = Number(process.env.MSE_BENCH_ROUNDS ?? 5)
const loader = readLoader(readFileSync(join(root, 'spec/vectors/gramine/shared/tiny-b.so')))
const GiB = 2 ** 30
const PAGE = 4096

const rows = []
for (const size of [1, 4, 16, 64]) await overMemory(size, false)
await overMemory(64, true)
for (const count of [1000, 5000, 10_000, 50_000]) await overFiles(count)
await onDisk(10_000, 8192)

publish(`measuring SGX enclaves, ${rounds} rounds`, ['what', 'median, ms', 'range, ms', 'ratio'], rows)

/** The peer hashes the same number of bytes in blocks of 1 MiB. */
async function overMemory(gibibytes, edmm) {
  const threads = 36
  const settings = { size: gibibytes * GiB, threads, edmm }
  const measured = 1 + 90 * threads + loader.high / PAGE
  const free = edmm ? 0 : (gibibytes * GiB) / PAGE - 16 - measured
  const bytes = 64 + 5184 * measured + 64 * free
  const title = `MRENCLAVE of ${gibibytes} GiB${edmm ? ' with EDMM' : ''}: ${Math.round(bytes / 2 ** 20)} MiB hashed`
  await compare(
    title,
    () => measureEnclave(Buffer.from('x'), settings, loader),
    () => hashOnly(bytes),
  )
}

async function overFiles(count) {
  const name = (at) => `usr/lib/python3.11/package${at % 100}/module${at}.py`
  const files = Array.from({ length: count }, (_, at) => [name(at), { sha256: hash(name(at)) }])
  const needed = ['usr/bin/python3.11', `${GRAMINE}/libsysdb.so`, `${RUNTIME}/ld-linux-x86-64.so.2`]
  const base = {
    digest: 'sha256:',
    files: new Map([...files, ...needed.map((path) => [path, { sha256: hash(path) }])]),
    folders: new Map(),
  }
  const configuration = { hardware: 4 * GiB, threads: 10, argv: [] }
  const packed = { indexBytes: Buffer.alloc(1), index: { python: '3.11', configuration, files: [] } }
  let manifest = ''
  const work = () => {
    manifest = renderManifest(packed, base, { edmm: true })
    measureEnclave(Buffer.from(manifest), { size: 4 * GiB, threads: 36, edmm: true }, loader)
  }
  await compare(`manifest and MRENCLAVE of ${count} trusted files, 4 GiB with EDMM`, work)
}

/** Expanding a folder: everything hashed, then everything in the cache; the peer hashes the same files one after another. */
async function onDisk(count, size) {
  const folder = mkdtempSync(join(tmpdir(), 'mse-bench-sgx-'))
  mkdirSync(join(folder, 'd'))
  for (let at = 0; at < count; at += 1) writeFileSync(join(folder, 'd', `f${at}`), Buffer.alloc(size, at))
  writeFileSync(join(folder, 'libos'), 'x')
  const manifest = Buffer.from('[sgx]\ntrusted_files = ["file:d/"]\n')
  const options = { folder, libos: { uri: 'file:/libos', path: join(folder, 'libos') } }
  const peer = () => {
    for (let at = 0; at < count; at += 1)
      createHash('sha256')
        .update(readFileSync(join(folder, 'd', `f${at}`)))
        .digest()
  }
  await compare(`expanding ${count} files of ${size} bytes`, () => expandManifest(manifest, options), peer)
  const open = () => HashCache.open(join(folder, 'cache.json'), () => new Date(Date.now() + 60_000))
  const cached = async () => {
    const cache = await open()
    await expandManifest(manifest, { ...options, hash: (paths) => hashFiles(paths, cache) })
  }
  await cached()
  await compare(`expanding them again, hashes in the cache`, cached, peer)
  rmSync(folder, { recursive: true })
}

async function compare(title, work, peer) {
  const [ours, theirs] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await time(work))
    if (peer !== undefined) theirs.push(await time(peer))
  }
  rows.push([title, ...spread(ours), ratio(ours, peer && theirs)])
}

async function time(work) {
  const start = performance.now()
  await work()
  return performance.now() - start
}

function hashOnly(bytes) {
  const block = Buffer.alloc(2 ** 20)
  const sha256 = createHash('sha256')
  for (let left = bytes; left > 0; left -= block.length) sha256.update(block.subarray(0, Math.min(left, block.length)))
  return sha256.digest()
}

function hash(text) {
  return createHash('sha256').update(text).digest('hex')
}
