// Has `mse verify` judge evidence of a software enclave once, and keeps what V8 compiled for it beside the bundle. V8 compares little
// more than the length of a program with what it kept, so both are made together, after the old ones were removed.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatPolicy } from '../packages/attest/dist/index.js'
import { encodeEvidence } from '../packages/attest/dist/evidence.js'
import { createPlatform, makeEnclave } from '../packages/attest/dist/testing/index.js'

const keeper = fileURLToPath(new URL('compile-verify/keep-compiled.cjs', import.meta.url))

/** @param cache where to keep it */
export async function compileVerify(cache) {
  const home = mkdtempSync(join(tmpdir(), 'mse-compile-'))
  try {
    const [evidence, policy] = await writeExample(home)
    const words = ['verify', evidence, '--policy', policy, '--offline']
    const env = { PATH: process.env.PATH, HOME: home }
    const { status, stderr } = spawnSync(process.execPath, [keeper, cache, ...words], { env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`mse verify of an example exits with ${status}: ${stderr}`)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

async function writeExample(folder) {
  const now = new Date()
  const platform = await createPlatform({ now })
  const { evidence } = await makeEnclave(platform, { now, measurement: new Uint8Array(32) })
  const pins = { softwareRoots: [platform.rootKeyHash], measurement: 'any', signer: 'any', debug: 'refused' }
  const files = [join(folder, 'evidence.json'), join(folder, 'policy.json')]
  writeFileSync(files[0], encodeEvidence(evidence))
  writeFileSync(files[1], formatPolicy({ platform: 'software', ...pins }))
  return files
}
