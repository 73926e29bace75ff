// Encryption beside its peers, in one run and in turns: `age` of Debian, and the least that the same work could cost in Node.js. Prints
// a table, and with --write adds it to bench/RESULTS.md. Read the ratios.
import { spawnSync } from 'node:child_process'
import { createCipheriv, randomBytes } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync, statfsSync } from 'node:fs'
import { writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mse, prepareTests, pythonEnvironment, root, setup } from '../scripts/setup.mjs'
import { publish, ratio, spread } from './table.mjs'

const self = fileURLToPath(import.meta.url)
async function bench() {
  setup()
  prepareTests()
  const python = pythonEnvironment()
  const rounds = Number(process.env.MSE_BENCH_ROUNDS ?? 5)
  const size = Number(process.env.MSE_BENCH_BYTES ?? 1 << 30)
  const folder = mkdtempSync(join(place(4 * size), 'mse-bench-'))
  const at = (name) => join(folder, name)
  try {
    writeRandom(at('plain'), size)
    for (let file = 0; file < 10_000; file += 1) writeRandom(at(`small-${file}`), 8192)
    const { encodeRecipient, identityFile, identityFrom } = await import('../packages/core/dist/package/age/keys.js')
    const secret = randomBytes(32)
    const [key, recipient] = [secret.toString('hex'), encodeRecipient(identityFrom(secret).publicValue)]
    writeFileSync(at('key'), identityFile(secret), { mode: 0o600 })
    const open = join(root, 'enclave/tests/open_age_files.py')
    const node = process.execPath

    const rows = [
      ['`age -r` of Debian', ['age', '-r', recipient, '-o', at('out'), at('plain')]],
      ['ChaCha20-Poly1305 alone, chunks of 64 KiB, Node.js', [node, self, 'floor', at('plain'), at('out')], 0],
      ['code of a package: deterministic, three hashes', [node, self, 'deterministic', at('plain'), at('out'), key], 0],
      ['`mse encrypt`', [node, mse, 'encrypt', '-r', recipient, '-o', at('out'), at('plain')], 0],
      ['`age -d` of Debian', ['age', '-d', '-i', at('key'), '-o', at('back'), at('sealed')]],
      ['`mse decrypt`', [node, mse, 'decrypt', '-i', at('key'), '-o', at('back'), at('sealed')], 4],
      ['the launcher', [python, open, key, at('sealed'), at('back')], 4],
    ].map(([title, line, beside]) => ({ title, line, beside, seconds: [], memory: [] }))
    const many = { title: '10,000 files of 8 KiB, code of a package', seconds: [], memory: [] }

    must(['age', '-r', recipient, '-o', at('sealed'), at('plain')])
    for (let round = 0; round < rounds; round += 1) {
      for (const row of rows) measure(row, row.line, [at('out'), at('back')])
      mkdirSync(at('many'))
      measure(many, [node, self, 'small', folder, key], [])
      rmSync(at('many'), { recursive: true })
    }
    report([...rows, many], size, rounds)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Memory if it is there and large enough, so that the disk is not what is measured. */
function place(needed) {
  const shm = '/dev/shm'
  const { bavail, bsize } = existsSync(shm) ? statfsSync(shm) : { bavail: 0, bsize: 0 }
  return bavail * bsize > needed ? shm : tmpdir()
}

function measure(row, line, outputs) {
  for (const output of outputs) rmSync(output, { force: true })
  const begin = performance.now()
  const { stderr } = must(['/usr/bin/env', 'python3', '-c', watcher, ...line])
  row.seconds.push((performance.now() - begin) / 1000)
  row.memory.push(Number(stderr.trim().split('\n').at(-1)) / 1024)
}

/** Runs a command and says its peak of memory, in kB. */
const watcher = `
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
`

function must([program, ...args]) {
  const run = spawnSync(program, args, { encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${run.error?.message ?? run.stderr}`)
  return run
}

function report(rows, size, rounds) {
  const columns = ['what', 'median, s', 'range, s', 'beside `age`', 'peak, MB']
  const lines = rows.map(({ title, seconds, memory, beside }) => [
    title,
    ...spread(seconds, 2),
    ratio(seconds, rows[beside]?.seconds),
    Math.max(...memory).toFixed(0),
  ])
  publish(`age, ${size / (1 << 20)} MiB, ${rounds} rounds`, columns, lines)
}

function writeRandom(path, size) {
  const file = openSync(path, 'wx')
  for (let left = size; left > 0; left -= 1 << 20) writeSync(file, randomBytes(Math.min(left, 1 << 20)))
  closeSync(file)
}

/** Reads, encrypts and writes, and nothing else. */
function floor(source, destination) {
  const [input, output] = [openSync(source, 'r'), openSync(destination, 'w')]
  const [chunk, key, nonce] = [Buffer.alloc(64 * 1024), Buffer.alloc(32), Buffer.alloc(12)]
  for (let read = readSync(input, chunk); read > 0; read = readSync(input, chunk)) {
    nonce.writeUInt32BE(nonce.readUInt32BE(7) + 1, 7)
    const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 })
    writeSync(output, cipher.update(chunk.subarray(0, read)))
    cipher.final()
    writeSync(output, cipher.getAuthTag())
  }
}

async function core() {
  const [{ encryptFile }, { codeKeyFrom }] = await Promise.all([
    import('../packages/core/dist/package/age/encrypt-file.js'),
    import('../packages/core/dist/package/age/code-key.js'),
  ])
  return { encryptFile, codeKeyFrom }
}

async function deterministic(source, destination, key) {
  const { encryptFile, codeKeyFrom } = await core()
  await encryptFile(source, destination, 'plain', codeKeyFrom(Buffer.from(key, 'hex')))
}

async function small(folder, key) {
  const { encryptFile, codeKeyFrom } = await core()
  const codeKey = codeKeyFrom(Buffer.from(key, 'hex'))
  for (let file = 0; file < 10_000; file += 1) {
    const name = `small-${file}`
    await encryptFile(join(folder, name), join(folder, 'many', name), name, codeKey)
  }
}

const [task, ...paths] = process.argv.slice(2)
const tasks = { floor, deterministic, small }
await (Object.hasOwn(tasks, task ?? '') ? tasks[task](...paths) : bench())
