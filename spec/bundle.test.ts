import { describe, expect, it } from 'vitest'
import { verifyEvidence, type Policy } from '@mse/attest'
import { createPlatform, makeEnclave } from '@mse/attest/testing'
import { codeKeyFrom } from '@mse/core/package/age/code-key'
import { sealBundle } from '@mse/core/provision/bundle'
import { createPublicKey } from 'node:crypto'
import { judgeBundle, type Provisioned, type Waiting } from './judge-bundle.ts'
import { readVectors, refuseUnknown } from './read-vectors.ts'
import { fixedBytes, fixedEd25519, fixedX25519 } from './vectors/making/fixed.ts'

interface BundleCase extends Waiting {
  readonly name: string
  readonly expect: string
  readonly bundle?: string
  readonly secrets?: string | null
  readonly body?: string
  readonly gives?: Provisioned
}

describe('bundle.json', () => {
  it.each(readVectors<BundleCase>('bundle.json'))('$name: $expect', async ({ name: _, expect: code, ...given }) => {
    const { sealing_secret, owner, fingerprint, report_data, now, bundle, secrets, body, gives, ...unknown } = given
    refuseUnknown(unknown)
    const judged = judgeBundle(body ?? JSON.stringify({ bundle, secrets }), {
      sealing_secret,
      owner,
      fingerprint,
      report_data,
      now,
    })
    if (code === 'ok') expect(await judged).toEqual(gives)
    else await expect(judged).rejects.toMatchObject({ code })
  })
})

describe('what sealBundle seals', async () => {
  const now = new Date('2026-06-15T12:00:00Z')
  const enclaveKey = fixedX25519('enclave')
  const platform = await createPlatform({ now })
  const measurement = fixedBytes('measurement', 32)
  const { evidence } = await makeEnclave(platform, {
    now,
    measurement,
    sealingKey: Uint8Array.from(enclaveKey.recipient),
  })
  const policy: Policy = {
    platform: 'software',
    softwareRoots: [platform.rootKeyHash],
    measurement: [measurement.toString('hex')],
    signer: 'any',
    debug: 'refused',
  }
  const { enclave, reportData } = await verifyEvidence(evidence, policy, { now })
  const owner = fixedEd25519('owner')
  const waiting: Waiting = {
    sealing_secret: enclaveKey.secret.toString('hex'),
    owner: owner.owner,
    fingerprint: measurement.toString('hex'),
    report_data: reportData,
    now: now.getTime() / 1000,
  }
  const [secrets, sealed] = [Buffer.from('{"login":"guest"}'), Buffer.from('{"password":"x"}')]
  const keys = { signing: owner.signing, public: createPublicKey(owner.signing) }
  const codeKey = codeKeyFrom(fixedBytes('code key', 32))
  const base64 = (bytes: Uint8Array | undefined) => (bytes === undefined ? null : Buffer.from(bytes).toString('base64'))

  it.each([
    ['nothing but the code key', undefined, undefined, true],
    ['secrets inside', secrets, sealed, true],
    ['secrets beside', secrets, sealed, false],
  ] as const)('opens for that enclave and says what it was given: %s', async (_, secrets, sealed, secretsInside) => {
    const bundle = sealBundle(enclave, { owner: keys, codeKey, now, secrets, sealed, secretsInside })
    const body = JSON.stringify({ bundle: base64(bundle), secrets: secretsInside ? null : base64(secrets) })
    expect(await judgeBundle(body, waiting)).toEqual({
      code_key: Buffer.from(codeKey.secret).toString('hex'),
      sealed_secrets: base64(sealed),
      secrets: base64(secrets),
      tls: null,
    })
    if (!secretsInside) expect(bundle.includes(secrets ?? '')).toBe(false)
    await expect(judgeBundle(body, { ...waiting, now: waiting.now + 24 * 3600 + 1 })).rejects.toMatchObject({
      code: 'provision/expired',
    })
    const replayed = { ...waiting, sealing_secret: fixedBytes('the next launch', 32).toString('hex') }
    await expect(judgeBundle(body, replayed)).rejects.toMatchObject({ code: 'provision/unopenable' })
  })
})
