// Measures side by side in one run; prints a table, and with --write puts it into bench/RESULTS.md. Ratios are what to read: the
// absolute times are of one machine on one day.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { must, mse, root, setup } from '../scripts/setup.mjs'
import { publish, ratio, spread } from './table.mjs'

const rounds = Number(process.env.MSE_BENCH_ROUNDS ?? 9)
const project = join(root, 'examples/whoami')
const home = mkdtempSync(join(tmpdir(), 'mse-bench-'))
const env = { ...process.env, HOME: home, XDG_CACHE_HOME: join(root, 'node_modules/.cache/mse-bench') }

setup()
const venv = plainVenv()
deploy()
stop()

const series = { deploy: [], plain: [], help: [], node: [] }
for (let round = 0; round < rounds; round += 1) {
  series.deploy.push(await timeDeploy())
  series.plain.push(await timePlain())
  series.help.push(timeCommand([mse, '--help']))
  series.node.push(timeCommand(['-e', '0']))
}
rmSync(home, { recursive: true, force: true })

const row = (title, list, beside) => [title, ...spread(list), ratio(list, beside)]
publish(
  `first light, ${rounds} rounds`,
  ['what', 'median, ms', 'range, ms', 'ratio'],
  [
    row('plain venv: uvicorn on `examples/whoami`, command to first 200', series.plain),
    row('warm `mse deploy` of it, command to first 200 through verified TLS', series.deploy, series.plain),
    row('`node -e 0`', series.node),
    row('`mse --help`', series.help, series.node),
  ],
)

/** The peer: the same application, the same packages, started as people start them. */
function plainVenv() {
  const folder = join(root, 'node_modules/.cache/mse-bench/venv')
  const python = join(folder, 'bin/python')
  if (existsSync(join(folder, 'ready'))) return python
  mkdirSync(folder, { recursive: true })
  must('python3', ['-m', 'venv', '--clear', '--without-pip', folder])
  const site = spawnSync(python, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'], {
    encoding: 'utf8',
  }).stdout.trim()
  const requirements = join(project, 'mse_src/requirements.txt')
  must('python3', ['-m', 'pip', 'install', '--quiet', '--target', site, '-r', requirements, 'uvicorn', 'a2wsgi'])
  writeFileSync(join(folder, 'ready'), '')
  return python
}

function deploy() {
  const { status, stdout, stderr } = spawnSync(process.execPath, [mse, 'deploy', project, '--json'], {
    env,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout).data
}

function stop() {
  spawnSync(process.execPath, [mse, 'stop', 'whoami', '--remove'], { env })
}

async function timeDeploy() {
  const begin = performance.now()
  const { certificate, url } = deploy()
  await untilAnswered(() => get(httpsRequest, `${url}/health`, { ca: readFileSync(certificate) }))
  const took = performance.now() - begin
  stop()
  return took
}

async function timePlain() {
  const port = 20000 + Math.floor(Math.random() * 20000)
  const begin = performance.now()
  const args = ['-m', 'uvicorn', '--interface', 'wsgi', '--port', String(port), '--log-level', 'warning', 'app:app']
  const server = spawn(venv, args, { cwd: join(project, 'mse_src'), stdio: 'ignore' })
  await untilAnswered(() => get(httpRequest, `http://127.0.0.1:${port}/health`))
  const took = performance.now() - begin
  server.kill('SIGKILL')
  return took
}

function timeCommand(args) {
  const begin = performance.now()
  spawnSync(process.execPath, args, { env, stdio: 'ignore' })
  return performance.now() - begin
}

async function untilAnswered(ask) {
  for (;;) {
    if ((await ask().catch(() => 0)) === 200) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function get(request, url, options = {}) {
  return new Promise((resolve, reject) => {
    request(url, { ...options, agent: false }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode))
    })
      .on('error', reject)
      .end()
  })
}
