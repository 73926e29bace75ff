// Many small applications on one operator service, the whole of it: starts them, measures, removes them.
//
//   node bench/operator.mjs [--write] [COUNT [FOLDER]]    100 in a folder of its own below that of temporary files
//   node bench/operator.mjs clean [COUNT [FOLDER]]        removes what an interrupted run has left
//
// After MSE_BENCH_SECONDS (480) it starts no more applications and ends: the same command goes on where it was. So it does after Ctrl-C.
// With --write the table goes into bench/RESULTS.md, with the load of the machine, these applications included. It takes some 6 GB of memory.
import { mkdirSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { mse, setup } from '../scripts/setup.mjs'
import { machineIn, run, runBeside, time, url } from './operator/machine.mjs'
import { idleShare, overheads, supervisors } from './operator/processes.mjs'
import { unwaitedSpawns } from './operator/unwaited-spawns.mjs'
import { publish, spread } from './table.mjs'

const seconds = Number(process.env.MSE_BENCH_SECONDS ?? 480)
const rounds = Number(process.env.MSE_BENCH_ROUNDS ?? 15)
const spawns = 7
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const cleanOnly = words[0] === 'clean'
const [count = 100, folder = join(tmpdir(), 'mse-bench-operator')] = cleanOnly ? words.slice(1) : words
const machine = machineIn(resolve(folder))
const { owner } = machine

setup()
if (cleanOnly) await clean()
else if (await prepare(Number(count))) {
  await measure()
  await clean()
}

/** @returns whether all are there */
async function prepare(count) {
  mkdirSync(owner.HOME, { recursive: true })
  const service = await machine.serve()
  machine.admit(service.pin)
  const until = performance.now() + seconds * 1000
  const there = machine
    .listed()
    .filter(({ state }) => state === 'running')
    .map(({ name }) => name)
  const names = Array.from({ length: count }, (_, number) => `small-${String(number).padStart(3, '0')}`)
  const missing = names.filter((name) => !there.includes(name))
  let left = missing.length
  await inPairs(missing, async (name) => {
    if (performance.now() > until) return
    const started = performance.now()
    await runBeside(owner, ['deploy', machine.project(name), ...machine.there])
    left -= 1
    process.stderr.write(`${count - left} of ${count}: ${((performance.now() - started) / 1000).toFixed(1)} s\n`)
  })
  await service.end()
  if (left > 0) process.stderr.write(`${left} are missing: the same command goes on from here\n`)
  process.exitCode = left > 0 ? 1 : 0
  return left === 0
}

async function measure() {
  const service = await machine.serve()
  // The service asks everybody once after it was started.
  for (let tried = 0; tried < 10 && several(1, ['list'])[0].whole > 1000; tried += 1);
  const apps = machine.listed()
  const node = Array.from({ length: rounds }, () => time(owner, ['-e', '0']))
  const list = several(rounds, ['list'])
  const status = several(rounds, ['status', apps[0].name])
  const started = Array.from({ length: spawns }, (_, number) => spawnOnce(`spawned-${number}`))
  const unwaited = unwaitedSpawns(owner, machine, spawns)
  const memory = overheads(machine.apps)
  const idle = await idleShare(machine.apps)
  const disturbed = await restartService(service, apps)
  publish(
    `${apps.length} applications on one operator, ${rounds} rounds, load ${loadavg()[0].toFixed(1)}`,
    ['what', 'median', 'range'],
    [
      ['`node -e 0`, ms', ...of(node, 'whole')],
      ['`mse list --operator`, ms', ...of(list, 'whole')],
      ['of that processor time of the command', ...of(list, 'processor')],
      ['`mse status NAME --operator`, ms', ...of(status, 'whole')],
      ['of that processor time of the command', ...of(status, 'processor')],
      ['`mse spawn PROJECT --operator`, ms: until the service says that the enclave waits', ...of(started, 'whole')],
      ['of that what the service takes to check and start it', ...of(started, 'launch')],
      ['of that the command itself: package, upload, record', ...of(started, 'rest')],
      ['of that processor time of the command', ...of(started, 'processor')],
      ...unwaited.flatMap(({ what, times }) => [
        [`\`${what}\`, ms`, ...of(times, 'whole')],
        ['of that processor time of the command', ...of(times, 'processor')],
      ]),
      ['PSS of an application beyond its own Python, MB', ...of(memory, 'beyond')],
      ['PSS of its Python, MB', ...of(memory, 'python')],
      ['all applications while nobody asks them, % of one core', idle.all.toFixed(1), ''],
      ['of that their launchers', idle.launchers.toFixed(1), ''],
      [
        'applications that a restart of the service disturbed: another process, or a request that failed',
        disturbed,
        '',
      ],
    ],
  )
}

async function clean() {
  const service = await machine.serve()
  await inPairs(machine.listed(), ({ name }) => runBeside(owner, ['remove', name, '--operator', url]))
  await service.end()
  rmSync(folder, { recursive: true, force: true })
}

/** A new application: spawned, and removed again. */
function spawnOnce(name) {
  const words = ['spawn', machine.project(name), '--operator', url, '--platform', 'software', '--json=stream']
  const { stdout, ...times } = time(owner, [mse, ...words])
  const phases = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const launch = phases.find((one) => one.event === 'phase' && one.name === 'launch' && one.seconds !== undefined)
  run(owner, ['remove', name, '--operator', url])
  const milliseconds = launch.seconds * 1000
  return { ...times, launch: milliseconds, rest: times.whole - milliseconds }
}

/** Ends the service and starts it again, while every application is asked; counts those that noticed. */
async function restartService(service, apps) {
  const before = supervisors(machine.apps)
  const failed = new Set()
  const end = new AbortController()
  const asking = (async () => {
    while (!end.signal.aborted) {
      for (const { url, name } of apps) {
        if (end.signal.aborted) break
        if ((await health(url)) !== 200) failed.add(name)
      }
    }
  })()
  await service.end()
  const again = await machine.serve()
  end.abort()
  await asking
  for (const { url, name } of apps) if ((await health(url)) !== 200) failed.add(name)
  const after = supervisors(machine.apps)
  const exchanged = before.filter(({ pid }) => !after.some((one) => one.pid === pid))
  await again.end()
  return failed.size + exchanged.length
}

function health(address) {
  return new Promise((done) => {
    const asked = request(`${address}/health`, { agent: false, rejectUnauthorized: false }, (response) => {
      response.resume()
      response.once('end', () => done(response.statusCode))
    })
    asked.once('error', () => done(0))
    asked.end()
  })
}

function several(rounds, words) {
  return Array.from({ length: rounds }, () => time(owner, [mse, ...words, '--operator', url]))
}

/** Median and range of one figure of several runs. */
function of(list, figure) {
  return spread(list.map((one) => one[figure]))
}

/** The first alone, then two at once: one for each core. */
async function inPairs([first, ...rest], work) {
  if (first !== undefined) await work(first)
  const worker = async () => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) await work(next)
  }
  await Promise.all([worker(), worker()])
}
