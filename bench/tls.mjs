// The ways of TLS beside one another: one small application, deployed in each. `node bench/tls.mjs`; with --write the table goes into
// bench/RESULTS.md. Rounds of all ways in turn, so that what else the machine does meets each of them.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mse, root, setup } from '../scripts/setup.mjs'
import { median, publish, ratio } from './table.mjs'

const rounds = Number(process.env.MSE_BENCH_ROUNDS ?? 9)
const [handshakes, requests] = [100, 500]
const home = mkdtempSync(join(tmpdir(), 'mse-bench-tls-'))
const env = { ...process.env, HOME: home, XDG_CACHE_HOME: join(root, 'node_modules/.cache/mse-bench') }
const at = (name) => join(home, name)
setup()
makeAuthority()

const files = 'certificate = "../leaf.pem"\nprivate_key = "../leaf.key"\n'
const certify = `openssl x509 -req -CA '${at('ca.pem')}' -CAkey '${at('ca.key')}' -copy_extensions copy -days 2 && cat '${at('ca.pem')}'`
const client = { key: readFileSync(at('leaf.key')), cert: readFileSync(at('leaf.pem')) }
const ways = [
  way('`enclave`: self-signed, with the quote in it', 'enclave', ''),
  way('`request`: of an authority', 'request', 'tls = "request"\n', { words: ['--certify', certify] }),
  way('`imported`', 'imported', `tls = "imported"\n${files}`),
  way('`client_ca`: client with a certificate', 'clients', 'client_ca = "../ca.pem"\n', { client }),
  way('`proxy = "forwarded"`, with both headers', 'proxied', 'proxy = "forwarded"\n', {
    headers: { 'X-Forwarded-For': '198.51.100.7', 'X-Forwarded-Proto': 'https' },
  }),
]
const series = ways.map(() => ({ handshake: [], request: [] }))
for (let round = 0; round < rounds; round += 1) {
  for (const [index, one] of ways.entries()) {
    series[index].handshake.push(await timed(one, handshakes, false))
    series[index].request.push(await timed(one, requests, true))
  }
}
for (const { name } of ways) run(['stop', name, '--remove'])
rmSync(home, { recursive: true })

const [first] = series
publish(
  `ways of TLS, medians of ${rounds} rounds of ${handshakes} and ${requests}`,
  ['way', 'connection and request, ms', 'ratio', 'request on an open connection, ms', 'ratio'],
  ways.map(({ title }, index) => {
    const { handshake, request: open } = series[index]
    return [
      title,
      median(handshake).toFixed(2),
      ratio(handshake, first.handshake),
      median(open).toFixed(2),
      ratio(open, first.request),
    ]
  }),
)

/** Deploys the application in one of the ways. */
function way(title, name, toml, { words = [], client: identity = {}, headers = {} } = {}) {
  const folder = at(name)
  mkdirSync(join(folder, 'mse_src'), { recursive: true })
  const head = `name = "${name}"\npython_application = "app:app"\nhealthcheck_endpoint = "/health"\nstorage = "64m"\n`
  writeFileSync(join(folder, 'mse.toml'), head + toml)
  writeFileSync(
    join(folder, 'mse_src/app.py'),
    'def app(environ, answer):\n    answer("200 OK", [])\n    return [b"ok"]\n',
  )
  const { data } = JSON.parse(run(['deploy', folder, '--platform', 'software', '--json', ...words]))
  const ca = [readFileSync(data.certificate), readFileSync(at('ca.pem'))]
  return { title, name, url: `${data.url}/`, options: { ...identity, ca, headers } }
}

/** Milliseconds for each of `count` requests, one after another. */
async function timed({ url, options }, count, keepAlive) {
  const agent = new Agent({ keepAlive, maxSockets: 1 })
  if (keepAlive) await get(url, { ...options, agent })
  const begin = performance.now()
  for (let number = 0; number < count; number += 1) await get(url, { ...options, agent })
  const each = (performance.now() - begin) / count
  agent.destroy()
  return each
}

function get(url, options) {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, options, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${url} answers ${answer.statusCode}`))
      answer.resume().once('end', resolve)
    })
    outgoing.once('error', reject)
    outgoing.end()
  })
}

function makeAuthority() {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const openssl = (...words) => execFileSync('openssl', words, { cwd: home, stdio: 'pipe' })
  openssl('req', '-x509', ...key, '-days', '2', '-subj', '/CN=authority', '-keyout', 'ca.key', '-out', 'ca.pem')
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  openssl('req', ...key, ...names, '-keyout', 'leaf.key', '-out', 'leaf.csr')
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-copy_extensions', 'copy', '-days', '2']
  openssl('x509', '-req', '-in', 'leaf.csr', ...signed, '-out', 'leaf.pem')
}

function run(words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [mse, ...words], { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return stdout
}
