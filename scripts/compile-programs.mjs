// Runs the bundles once, and keeps what V8 compiled beside them: `mse verify` judges evidence of a software enclave and of SGX, `mse`
// shows its help and makes a project. V8 compares little more than the length of a program with what it kept, so both are made
// together, after the old ones were removed.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatPolicy, strictSgxPolicy } from '../packages/attest/dist/index.js'
import { encodeEvidence } from '../packages/attest/dist/evidence.js'
import { createHardware, createPlatform, makeEnclave } from '../packages/attest/dist/testing/index.js'

const keeper = fileURLToPath(new URL('compile-programs/keep-compiled.cjs', import.meta.url))

export async function compilePrograms() {
  const home = mkdtempSync(join(tmpdir(), 'mse-compile-'))
  try {
    // Each run of a program starts with what the one before kept.
    run('verify', home, verification(home, 'software', await softwareExample()))
    // Nobody believes in the root: the evidence is decoded, and refused.
    run('verify', home, verification(home, 'sgx', await sgxExample()), 3)
    run('main', home, ['--help'])
    run('main', home, ['scaffold', 'example'])
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

function run(program, home, words, expected = 0) {
  const env = { PATH: process.env.PATH, HOME: home }
  const options = { cwd: home, env, encoding: 'utf8' }
  const { status, stderr } = spawnSync(process.execPath, [keeper, program, ...words], options)
  if (status !== expected) throw new Error(`mse ${words.join(' ')} exits with ${status}: ${stderr}`)
}

function verification(home, name, { evidence, policy }) {
  const files = [join(home, `${name}.json`), join(home, `${name}-policy.json`)]
  writeFileSync(files[0], encodeEvidence(evidence))
  writeFileSync(files[1], formatPolicy(policy))
  return ['verify', files[0], '--policy', files[1], '--offline']
}

async function softwareExample() {
  const now = new Date()
  const platform = await createPlatform({ now })
  const { evidence } = await makeEnclave(platform, { now, measurement: new Uint8Array(32) })
  const pins = { softwareRoots: [platform.rootKeyHash], measurement: 'any', signer: 'any', debug: 'refused' }
  return { evidence, policy: { platform: 'software', ...pins } }
}

async function sgxExample() {
  const machine = await createHardware({ now: new Date(), tee: 'sgx' })
  const enclave = await machine.quotingEnclave()
  const report = { measurement: new Uint8Array(32), reportData: new Uint8Array(64) }
  const evidence = { quote: await enclave.quote(report), collateral: await machine.collateral() }
  return { evidence, policy: strictSgxPolicy({ measurement: 'any', signer: 'any' }) }
}
