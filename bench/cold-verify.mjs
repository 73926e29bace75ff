// `mse verify --offline` as a process, beside an empty `node`: what somebody waits for who checks evidence in a script. Prints a table, and
// with --write puts it into bench/RESULTS.md. With MSE_SHARED also a real quote of SGX, judged as of its time.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mse, setup } from '../scripts/setup.mjs'
import { above, median, publish } from './table.mjs'

const rounds = Number(process.env.MSE_BENCH_ROUNDS ?? 21)
setup()
const attest = await import('../packages/attest/dist/index.js')
const { encodeEvidence } = await import('../packages/attest/dist/evidence.js')
const testing = await import('../packages/attest/dist/testing/index.js')
const home = mkdtempSync(join(tmpdir(), 'mse-bench-'))
const env = { PATH: process.env.PATH, HOME: home }

const commands = [
  ['`node -e 0`', ['-e', '0']],
  ['`mse --help`', [mse, '--help']],
  ...(await softwareEnclave()),
  ...realQuote(),
]
const series = commands.map(() => [])
for (let round = 0; round < rounds; round += 1) commands.forEach(([, words], at) => series[at].push(time(words)))
rmSync(home, { recursive: true, force: true })

const rows = commands.map(([title], at) => {
  const [least, node] = [Math.min(...series[at]), Math.min(...series[0])]
  const medians = [median(series[at]).toFixed(0), above(series[at], series[0])]
  return [title, medians[0], least.toFixed(0), medians[1], (least - node).toFixed(0)]
})
const columns = ['what', 'median, ms', 'least, ms', 'above `node`, medians', 'above `node`, least']
publish(`cold verification, ${rounds} rounds`, columns, rows)

async function softwareEnclave() {
  const now = new Date()
  const platform = await testing.createPlatform({ now })
  const { evidence } = await testing.makeEnclave(platform, { now, measurement: new Uint8Array(32) })
  const policy = {
    platform: 'software',
    softwareRoots: [platform.rootKeyHash],
    measurement: 'any',
    signer: 'any',
    debug: 'refused',
  }
  return [['`mse verify --offline` of a software enclave', command('software', evidence, policy)]]
}

function realQuote() {
  const shared = process.env.MSE_SHARED
  if (shared === undefined) return []
  const data = join(shared, 'data/dcap')
  const { entries } = JSON.parse(readFileSync(join(data, 'INDEX.json'), 'utf8'))
  const entry = entries.find(
    ({ id, kind, expect }) => kind === 'verify' && id.startsWith('sgx-v3-') && expect === 'accept:OutOfDate',
  )
  const set = JSON.parse(readFileSync(join(data, entry.collateral), 'utf8'))
  const signed = (member, name) => Buffer.from(`{"${member}":${set[name]},"signature":"${set[`${name}_signature`]}"}`)
  const collateral = {
    tcbInfo: signed('tcbInfo', 'tcb_info'),
    tcbInfoIssuerChain: set.tcb_info_issuer_chain,
    qeIdentity: signed('enclaveIdentity', 'qe_identity'),
    qeIdentityIssuerChain: set.qe_identity_issuer_chain,
    pckCrl: Buffer.from(set.pck_crl, 'hex'),
    pckCrlIssuerChain: set.pck_crl_issuer_chain,
    rootCaCrl: Buffer.from(set.root_ca_crl, 'hex'),
  }
  const policy = attest.strictSgxPolicy({
    measurement: 'any',
    signer: 'any',
    configId: 'any',
    attributes: 'any',
    tcbStatuses: ['OutOfDate'],
    advisories: 'any',
    tcbInfoVersions: [2, 3],
  })
  const at = new Date(entry.time * 1000).toISOString().replace(/\.\d+/, '')
  const evidence = { quote: new Uint8Array(readFileSync(join(data, entry.quote))), collateral }
  return [
    [
      '`mse verify --offline` of a real SGX quote and its collateral',
      [...command('sgx', evidence, policy), '--at', at],
    ],
  ]
}

function command(name, evidence, policy) {
  const [shown, asked] = [join(home, `${name}.json`), join(home, `${name}-policy.json`)]
  writeFileSync(shown, encodeEvidence(evidence))
  writeFileSync(asked, attest.formatPolicy(policy))
  return [mse, 'verify', shown, '--policy', asked, '--offline']
}

function time(words) {
  const begin = performance.now()
  const { status, stderr } = spawnSync(process.execPath, words, { env, encoding: 'utf8' })
  const took = performance.now() - begin
  if (status !== 0) throw new Error(stderr)
  return took
}
