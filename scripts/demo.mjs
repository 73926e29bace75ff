// Two minutes with mse: deploys a real application into a software enclave, verifies it, calls it, stops it.
import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { mse, root, say, setup } from './setup.mjs'

setup()

const project = join(root, 'examples/whoami')
for (const file of ['secrets.json', 'secrets_to_seal.json']) chmodSync(join(project, file), 0o600) // no clone keeps that
say(`\n$ mse deploy examples/whoami\n`)
const deployed = JSON.parse(run(['deploy', project, '--json'], { keep: true }))
const { certificate, folder, name, url } = deployed.data
const failures = []
try {
  say(`\n$ mse verify --policy ${join(folder, 'policy.json')} ${url}\n`)
  say(run(['verify', url, '--policy', join(folder, 'policy.json'), '--quiet'], { keep: true }).trim())
  say(`\n$ curl --cacert ${certificate} ${url}/whoami\n`)
  const answer = await get(`${url}/whoami`, certificate)
  process.stdout.write(`${answer.body}\n`)
  const secret = JSON.parse(readFileSync(join(project, 'secrets.json'), 'utf8')).login
  if (answer.status !== 200 || !answer.body.includes(secret)) failures.push(`the application answered ${answer.status}`)
  else say('\nThat is the login of secrets.json: it reached the application after the enclave had been verified.')
} finally {
  say(`\n$ mse stop ${name}\n`)
  run(['stop', name])
}
for (const failure of failures) say(failure)
process.exit(failures.length === 0 ? 0 : 1)

function run(args, { keep = false } = {}) {
  const result = spawnSync(process.execPath, [mse, ...args], {
    stdio: ['ignore', keep ? 'pipe' : 'inherit', 'inherit'],
    encoding: 'utf8',
  })
  if (result.status === 0) return result.stdout ?? ''
  if (keep) say(explain(result.stdout))
  process.exit(result.status ?? 1)
}

/** What a person wants to read of an answer that is for programs, or of a text as it stands. */
function explain(output) {
  if (!output.startsWith('{')) return output
  const { code, message, found, next } = JSON.parse(output).error
  return [`error   ${code}: ${message}`, found && `found   ${found}`, next && `next    ${next}`]
    .filter(Boolean)
    .join('\n')
}

function get(url, certificate) {
  return new Promise((resolve, reject) => {
    request(url, { ca: readFileSync(certificate), agent: false }, (response) => {
      let body = ''
      response.on('data', (part) => (body += part))
      response.on('end', () => resolve({ status: response.statusCode, body }))
    })
      .on('error', reject)
      .end()
  })
}
