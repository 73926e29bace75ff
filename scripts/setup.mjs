// Makes a fresh clone ready: the project's own packages, its build, and what the software enclave needs of the machine. Plain
// JavaScript without dependencies, because it runs before anything is installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
export const mse = join(root, 'packages/cli/bin/mse.js')

/** Exit code for a machine that is not ready (docs/exit-codes.md). */
const notReady = 5

export function setup() {
  requireNode()
  installPackages()
  build()
  prepareMachine()
}

/** Runs a program with its output on stderr; ends this process if it fails. */
export function must(program, args, options = {}) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 2, 2], ...options })
  if (status === 0) return
  process.stderr.write(`${program} ${args.join(' ')} failed${error === undefined ? '' : `: ${error.message}`}\n`)
  process.exit(status ?? 1)
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  process.stderr.write(`Node.js 20.19 or later is needed; this is ${process.version}\n`)
  process.exit(notReady)
}

/** npm ci, unless what is installed is what the lock asks for. */
export function installPackages() {
  const stamp = join(root, 'node_modules/.mse-installed')
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('installing the packages of the project')
  must('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'])
  writeFileSync(stamp, wanted)
}

export function build() {
  must(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--build'])
  must(process.execPath, [join(root, 'scripts/bundle.mjs')])
}

/** As root, mends what doctor finds; as anybody else, says which command does. */
function prepareMachine() {
  let report = doctor()
  if (!report.ok && process.getuid?.() === 0) {
    for (const fix of fixes(report)) run(fix)
    report = doctor()
  }
  if (report.ok) return
  process.stderr.write(`${report.error.message}\n${report.error.next}\n`)
  process.exit(notReady)
}

function doctor() {
  const { stdout } = spawnSync(process.execPath, [mse, 'doctor', '--platform', 'software', '--json', '--quiet'], {
    encoding: 'utf8',
  })
  return JSON.parse(stdout)
}

function fixes(report) {
  return report.error.next.split('\n').filter((line) => line.startsWith('sudo '))
}

function run(fix) {
  const [program, ...args] = fix.split(' ').slice(1)
  say(`${program} ${args.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  if (program === 'apt-get') must('apt-get', ['update', '-qq'], { env })
  must(program, args, { env, stdio: ['ignore', 'ignore', 2] })
}

/** Programs that only tests use, by the Debian package that has them: other implementations, a registry, an engine. */
const testTools = {
  // A large one: where it is not there, people get by with Podman.
  ...(process.env.CI === 'true' && { dockerd: 'docker.io' }),
  age: 'age',
  'docker-registry': 'docker-registry',
  faketime: 'faketime',
  haproxy: 'haproxy',
  iptables: 'iptables',
  ip: 'iproute2',
  nginx: 'nginx',
  '/usr/lib/nginx/modules/ngx_stream_module.so': 'libnginx-mod-stream',
  podman: 'podman',
  '/usr/lib/cni/bridge': 'containernetworking-plugins',
  runc: 'runc',
  skopeo: 'skopeo',
}

/** As root, installs the programs that tests compare with. What is not there then is said: those tests are skipped. */
export function prepareTests() {
  const missing = (program) => spawnSync('sh', ['-c', 'command -v "$0"', program]).status !== 0
  const packages = Object.entries(testTools).flatMap(([program, name]) => (missing(program) ? [name] : []))
  if (packages.length === 0) return
  if (process.getuid?.() === 0) {
    say(`installing what tests compare with: ${packages.join(' ')}`)
    const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: 'ignore' }
    spawnSync('apt-get', ['update', '-qq'], options)
    withoutServices(() => spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...packages], options))
  }
  for (const [program, name] of Object.entries(testTools).filter(([program]) => missing(program))) {
    say(`${program} is not installed: tests that compare with it are skipped. sudo apt-get install -y ${name}`)
  }
}

/** Debian starts the services of what it installs, unless a policy says no (invoke-rc.d(8)): the tests start their own. */
function withoutServices(install) {
  const policy = '/usr/sbin/policy-rc.d'
  const mine = !existsSync(policy)
  if (mine) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    install()
  } finally {
    if (mine) rmSync(policy)
  }
}

/**
 * A Python with what the launcher's tests need, made without ensurepip, which Debian keeps in another package.
 *
 * @returns path of its interpreter
 */
export function pythonEnvironment() {
  const folder = join(root, 'enclave/.venv')
  const python = join(folder, 'bin/python')
  const requirements = join(root, 'enclave/dev-requirements.txt')
  const stamp = join(folder, '.mse-installed')
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python
  say('installing what the launcher is tested with')
  mkdirSync(folder, { recursive: true })
  const base = JSON.parse(
    spawnSync(process.execPath, [mse, 'doctor', '--platform', 'software', '--json'], { encoding: 'utf8' }).stdout,
  )
  const interpreter = base.data.checks.find((check) => check.id === 'host/python').detail.split(', ')[1]
  must(interpreter, ['-I', '-m', 'venv', '--clear', '--without-pip', folder])
  const site = spawnSync(python, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'], { encoding: 'utf8' })
  const pip = ['-I', '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--root-user-action=ignore']
  must(interpreter, [...pip, '--only-binary', ':all:', '--target', site.stdout.trim(), '-r', requirements])
  writeFileSync(stamp, wanted)
  return python
}

/** The environment in which programs of the virtual environment find one another. */
export function withPath(python) {
  return { ...process.env, PATH: `${join(python, '..')}${delimiter}${process.env.PATH}` }
}

export function say(line) {
  process.stderr.write(`${line}\n`)
}
