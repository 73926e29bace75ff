import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as attest from '@mse/attest'
import type { Metafile } from 'esbuild'
import { createHardware, createPlatform, makeEnclave } from '@mse/attest/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

type Verifier = typeof attest

interface Bundler {
  readonly bundleVerifier: (outfile: string) => Promise<{ metafile: Metafile }>
}

const now = new Date('2026-06-15T12:00:00Z')
const script = join(import.meta.dirname, '../scripts/attest-bundle/bundle-verifier.mjs')
const folder = mkdtempSync(join(tmpdir(), 'mse-attest-bundle-'))
const file = join(folder, 'attest.min.mjs')
let bundled: Verifier
let imports: readonly unknown[]

beforeAll(async () => {
  const { bundleVerifier } = (await import(script)) as Bundler
  const { metafile } = await bundleVerifier(file)
  imports = Object.values(metafile.outputs).flatMap((output) => output.imports)
  bundled = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Verifier
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('the verifier is one file of less than 60 kB that imports nothing', () => {
  const bytes = readFileSync(file)
  expect(imports).toEqual([])
  expect(bytes.toString()).not.toContain('node:')
  expect(bytes.length).toBeLessThan(60_000)
})

/** What a verifier says, as others see it: all members of the verdict or of the refusal, with their names. */
async function said(verifier: Verifier, evidence: attest.Evidence, policy: attest.Policy, given: attest.Given) {
  try {
    const { enclave, ...verdict } = await verifier.verifyEvidence(evidence, policy, given)
    const { tlsKey, reportData, measurement, validUntil } = enclave ?? {}
    return { verdict, enclave: { tlsKey, reportData, measurement, validUntil } }
  } catch (error) {
    return { refused: { ...(error as attest.AttestationError) } }
  }
}

describe('in one file, the verifier says what its sources say', () => {
  const same = async (evidence: attest.Evidence, policy: attest.Policy, given: attest.Given) => {
    const expected = await said(attest, evidence, policy, given)
    expect(await said(bundled, evidence, policy, given)).toEqual(expected)
    return expected
  }

  it('exports the same', () => {
    expect(Object.keys(bundled).sort()).toEqual(Object.keys(attest).sort())
  })

  it.each(['mse', 'Cosmian', 'Gramine legacy', 'DICE', 'Open Enclave'] as const)(
    'of a certificate: %s',
    async (scheme) => {
      const hardware = scheme !== 'mse'
      const platform = hardware ? await createHardware({ now, tee: 'sgx' }) : await createPlatform({ now })
      const collateral = hardware
        ? { collateral: await (platform as Awaited<ReturnType<typeof createHardware>>).collateral() }
        : {}
      const { evidence } = await makeEnclave(platform, { now, measurement: new Uint8Array(32), scheme })
      const any = { measurement: 'any', signer: 'any' } as const
      const policy = hardware
        ? attest.strictSgxPolicy(any)
        : ({ platform: 'software', softwareRoots: [platform.rootKeyHash], debug: 'refused', ...any } as const)
      const given = { now, ...collateral, ...(hardware ? { rootsForTesting: [platform.rootKeyHash] } : {}) }
      expect((await same(evidence, policy, given)).refused).toBeUndefined()
      expect(await same(evidence, { ...policy, signer: [] }, given)).toHaveProperty('refused.code', 'policy/signer')
      const tampered = { certificate: evidence.certificate.slice() }
      tampered.certificate[tampered.certificate.length - 1]! ^= 1
      expect(await same(tampered, policy, given)).toHaveProperty('refused.code', 'certificate/signature')
    },
  )

  it('of a trust domain, and of one whose collateral has expired or was not signed', async () => {
    const platform = await createHardware({ now, tee: 'tdx' })
    const quoting = await platform.quotingEnclave()
    const quote = await quoting.quoteTd({ mrtd: new Uint8Array(48), reportData: new Uint8Array(64) }, 3)
    const collateral = await platform.collateral()
    const policy = attest.strictTdxPolicy({ mrtd: 'any', rtmr0: 'any', rtmr1: 'any', rtmr2: 'any', rtmr3: 'any' })
    const plain = { now, rootsForTesting: [platform.rootKeyHash] }
    expect(await same({ quote, collateral }, policy, plain)).toHaveProperty('verdict')
    const later = { ...plain, now: new Date('2026-07-20T12:00:00Z') }
    expect(await same({ quote, collateral }, policy, later)).toHaveProperty('refused.code')
    const tcbInfo = collateral.tcbInfo.slice()
    tcbInfo[tcbInfo.length - 4]! ^= 1
    expect(await same({ quote, collateral: { ...collateral, tcbInfo } }, policy, plain)).toHaveProperty('refused.code')
  })
})
