// Many small applications on one operator service. What starts them takes minutes, so that it is apart from what is measured:
//   node bench/operator.mjs prepare COUNT FOLDER    deploys until there are COUNT, or MSE_BENCH_SECONDS are over
//   node bench/operator.mjs measure FOLDER          the table; with --write it goes into bench/RESULTS.md
//   node bench/operator.mjs clean FOLDER            removes them
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { mse, root } from '../scripts/setup.mjs'
import { publish, spread } from './table.mjs'

/** After which `prepare` begins no more. */
const seconds = Number(process.env.MSE_BENCH_SECONDS ?? 3600)
const rounds = Number(process.env.MSE_BENCH_ROUNDS ?? 15)
const [action, ...words] = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const count = Number(action === 'prepare' ? words[0] : 0)
const folder = resolve(words.at(-1) ?? '.')
const [operator, owner] = ['operator', 'owner'].map((name) => environment(join(folder, name)))
const port = 28_444
const url = `https://localhost:${port}`
const policy = join(folder, 'policy.json')

if (action === 'prepare') await prepare()
else if (action === 'measure') await measure()
else if (action === 'clean') await clean()
else throw new Error('prepare COUNT FOLDER, measure FOLDER or clean FOLDER')

async function prepare() {
  for (const { HOME } of [operator, owner]) mkdirSync(HOME, { recursive: true })
  const service = await serve()
  const words = [
    'operator',
    'token',
    'create',
    '--owner',
    'ada',
    '--applications',
    '1000',
    '--memory',
    '1024g',
    '--storage',
    '1024g',
  ]
  const token = join(folder, 'token')
  if (!existsSync(token)) writeFileSync(token, run(operator, words), { mode: 0o600 })
  writeFileSync(policy, run(operator, ['operator', 'policy']))
  run(owner, ['login', url, '--pin', service.pin, '--token', token])
  const until = performance.now() + seconds * 1000
  const begin = listed().length
  await inPairs(count - begin, async (number) => {
    if (number > 0 && performance.now() > until) return
    const started = performance.now()
    const there = ['--operator', url, '--platform', 'software', '--policy', policy]
    await runBeside(owner, ['deploy', project(begin + number), ...there])
    process.stderr.write(`${begin + number + 1}: ${((performance.now() - started) / 1000).toFixed(1)} s\n`)
  })
  await service.end()
}

async function measure() {
  const service = await serve()
  // The service asks everybody once after it was started.
  while (Math.max(...times(1, ['list'])) > 1000);
  const apps = listed()
  const [first] = apps
  const list = times(rounds, ['list'])
  const status = times(rounds, ['status', first.name])
  const node = times(rounds, undefined)
  const memory = overheads()
  const disturbed = await restartService(service, apps)
  publish(
    `${apps.length} applications on one operator, ${rounds} rounds`,
    ['what', 'median', 'range'],
    [
      ['`node -e 0`, ms', ...spread(node)],
      ['`mse list --operator`, ms', ...spread(list)],
      ['`mse status NAME --operator`, ms', ...spread(status)],
      ['PSS of an application beyond its own Python, MB', ...spread(memory.map(({ beyond }) => beyond))],
      ['PSS of its Python, MB', ...spread(memory.map(({ python }) => python))],
      [
        'applications that a restart of the service disturbed: another process, or a request that failed',
        disturbed,
        '',
      ],
    ],
  )
}

async function clean() {
  const service = await serve()
  const apps = listed()
  await inPairs(apps.length, (number) => runBeside(owner, ['remove', apps[number].name, '--operator', url]))
  await service.end()
  rmSync(folder, { recursive: true, force: true })
}

/** Ends the service and starts it again, while every application is asked; counts those that noticed. */
async function restartService(service, apps) {
  const before = supervisors()
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
  const again = await serve()
  end.abort()
  await asking
  for (const { url, name } of apps) if ((await health(url)) !== 200) failed.add(name)
  const after = supervisors()
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

/** Of every application: the proportional share of memory (proc(5), smaps_rollup) of its launcher, and of all that stands around it. */
function overheads() {
  return supervisors().map(({ pid }) => {
    const all = [pid, ...descendants(pid)].map((one) => ({ pss: pssOf(one), python: isLauncher(one) }))
    const sum = (of) => all.filter(({ python }) => python === of).reduce((total, { pss }) => total + pss, 0)
    return { python: sum(true), beyond: sum(false) }
  })
}

function supervisors() {
  const apps = join(operator.HOME, '.local/state/mse/operator/owners/ada/apps')
  return readdirSync(apps)
    .filter((name) => !name.endsWith('.lock'))
    .map((name) => JSON.parse(readFileSync(join(apps, name, 'current/supervisor.json'), 'utf8')))
}

function descendants(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number)
  return children.flatMap((child) => [child, ...descendants(child)])
}

function pssOf(pid) {
  return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1000
}

function isLauncher(pid) {
  const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  return /(^|\/)python3?[.\d]*$/.test(words[0]) && words.includes('/opt/mse/launcher')
}

function times(rounds, words) {
  const args = words === undefined ? ['-e', '0'] : [mse, ...words, '--operator', url]
  return Array.from({ length: rounds }, () => {
    const begin = performance.now()
    const { status, stderr } = spawnSync(process.execPath, args, { env: owner, encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
    return performance.now() - begin
  })
}

function listed() {
  return JSON.parse(run(owner, ['list', '--operator', url, '--json'])).data.apps
}

async function serve() {
  const args = [mse, 'operator', 'serve', '--host', 'localhost', '--port', String(port), '--ports', '28500-28999']
  const service = spawn(process.execPath, args, { env: operator, stdio: ['ignore', 'ignore', 'pipe'] })
  for await (const line of createInterface({ input: service.stderr })) {
    const pin = /--pin (\S+)/.exec(line)?.[1]
    if (pin === undefined) continue
    return {
      pin,
      async end() {
        service.kill('SIGTERM')
        await once(service, 'exit')
      },
    }
  }
  throw new Error('the service does not serve')
}

function project(number) {
  const name = `small-${String(number).padStart(3, '0')}`
  const place = join(folder, 'projects', name)
  mkdirSync(join(place, 'mse_src'), { recursive: true })
  const keys = [`name = "${name}"`, 'python_application = "app:app"', 'healthcheck_endpoint = "/health"']
  writeFileSync(join(place, 'mse.toml'), `${[...keys, 'hardware = "128m"', 'storage = "64m"'].join('\n')}\n`)
  const code = [
    'def app(environ, start_response):',
    '    start_response("200 OK", [("Content-Type", "text/plain")])',
    '    return [b"small"]',
  ]
  writeFileSync(join(place, 'mse_src/app.py'), `${code.join('\n')}\n`)
  return place
}

/** The first alone, then two at once: one for each core. */
async function inPairs(count, work) {
  if (count > 0) await work(0)
  let next = 1
  const worker = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all([worker(), worker()])
}

async function runBeside(env, words) {
  const child = spawn(process.execPath, [mse, ...words], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (part) => (said += part.toString()))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`mse ${words.join(' ')}\n${said}`)
}

function run(env, words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [mse, ...words], { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`mse ${words.join(' ')}\n${stderr}`)
  return stdout
}

function environment(home) {
  return { ...process.env, HOME: home, XDG_CACHE_HOME: join(root, 'node_modules/.cache/mse-tests') }
}
