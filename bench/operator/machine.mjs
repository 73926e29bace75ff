// The service that is measured, the owner who uses it, and the projects that the owner deploys.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { mse, root } from '../../scripts/setup.mjs'

const port = 28_444
export const url = `https://localhost:${port}`
const cpuAtExit = fileURLToPath(new URL('cpu-at-exit.cjs', import.meta.url))

/** @param folder where everything is that has to be there again when it is measured later */
export function machineIn(folder) {
  const [operator, owner] = ['operator', 'owner'].map((name) => environment(join(folder, name)))
  const policy = join(folder, 'policy.json')
  return {
    owner,
    there: ['--operator', url, '--platform', 'software', '--policy', policy],
    apps: join(operator.HOME, '.local/state/mse/operator/owners/ada/apps'),
    serve: () => serve(operator),
    /** Makes a token and logs in, once. */
    admit(pin) {
      const token = join(folder, 'token')
      if (!existsSync(token)) {
        const quota = ['--applications', '1000', '--memory', '1024g', '--storage', '1024g']
        const made = run(operator, ['operator', 'token', 'create', '--owner', 'ada', ...quota])
        writeFileSync(token, made, { mode: 0o600 })
      }
      writeFileSync(policy, run(operator, ['operator', 'policy']))
      run(owner, ['login', url, '--pin', pin, '--token', token])
    },
    listed: () => JSON.parse(run(owner, ['list', '--operator', url, '--json'])).data.apps,
    project: (name) => project(folder, name),
  }
}

async function serve(operator) {
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

function project(folder, name) {
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

/** Runs `mse` and does not wait. @returns a promise of its end */
export async function runBeside(env, words) {
  const child = spawn(process.execPath, [mse, ...words], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (part) => (said += part.toString()))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`mse ${words.join(' ')}\n${said}`)
}

export function run(env, words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [mse, ...words], { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`mse ${words.join(' ')}\n${stderr}`)
  return stdout
}

/** One run of a program of Node.js. @returns milliseconds from start to end, those of the processor, and what it printed */
export function time(env, args) {
  const cpu = join(env.HOME, 'cpu')
  const measured = { ...env, NODE_OPTIONS: `--require ${cpuAtExit}`, MSE_BENCH_CPU: cpu }
  const begin = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env: measured, encoding: 'utf8' })
  const whole = performance.now() - begin
  if (status !== 0) throw new Error(`${args.join(' ')}\n${stderr}`)
  return { whole, processor: Number(readFileSync(cpu, 'utf8')), stdout }
}

function environment(home) {
  // Certificates of a machine's own proxy, which Node.js reads whenever it starts: 35 ms here, and few people have any.
  const { NODE_EXTRA_CA_CERTS: _, ...inherited } = process.env
  return { ...inherited, HOME: home, XDG_CACHE_HOME: join(root, 'node_modules/.cache/mse-tests') }
}
