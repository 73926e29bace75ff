// Has `mse verify` judge evidence of a software enclave, and then of SGX, and keeps what V8 compiled for it beside the bundle. V8 compares
// little more than the length of a program with what it kept, so both are made together, after the old ones were removed.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatPolicy, strictSgxPolicy } from '../packages/attest/dist/index.js'
import { encodeEvidence } from '../packages/attest/dist/evidence.js'
import { createHardware, createPlatform, makeEnclave } from '../packages/attest/dist/testing/index.js'

const keeper = fileURLToPath(new URL('compile-verify/keep-compiled.cjs', import.meta.url))

/** @param cache where to keep it */
export async function compileVerify(cache) {
  const home = mkdtempSync(join(tmpdir(), 'mse-compile-'))
  // Each run starts with what the one before kept. Nobody believes in the root of the second: its evidence is decoded, and refused.
  const examples = [
    { name: 'software', ...(await softwareExample()), exit: 0 },
    { name: 'sgx', ...(await sgxExample()), exit: 3 },
  ]
  try {
    for (const { name, evidence, policy, exit } of examples) {
      const files = [join(home, `${name}.json`), join(home, `${name}-policy.json`)]
      writeFileSync(files[0], encodeEvidence(evidence))
      writeFileSync(files[1], formatPolicy(policy))
      const words = ['verify', files[0], '--policy', files[1], '--offline']
      const env = { PATH: process.env.PATH, HOME: home }
      const { status, stderr } = spawnSync(process.execPath, [keeper, cache, ...words], { env, encoding: 'utf8' })
      if (status !== exit) throw new Error(`mse verify of an example (${name}) exits with ${status}: ${stderr}`)
    }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
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
