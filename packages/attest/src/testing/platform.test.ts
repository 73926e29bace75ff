import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { toHex } from '../bytes.ts'
import { sha256 } from '../crypto.ts'
import { verifyEvidence } from '../index.ts'
import { createPlatform, loadPlatform, makeEnclave, type Platform, type SavedPlatform } from './index.ts'

const now = new Date('2026-06-15T12:00:00Z')

async function quotes(platform: Platform, root: string): Promise<unknown> {
  const { evidence } = await makeEnclave(platform, { now, measurement: new Uint8Array(32) })
  const policy = {
    platform: 'software',
    softwareRoots: [root],
    measurement: 'any',
    signer: 'any',
    debug: 'refused',
  } as const
  return verifyEvidence(evidence, policy, { now })
}

describe('a platform', () => {
  it('is named by its root, and bears the names of a software enclave', async () => {
    const platform = await createPlatform({ now })
    const [leaf, ca, root] = platform.certificates.map((der) => new X509Certificate(der))
    expect([leaf?.subject, ca?.subject, root?.subject]).toEqual([
      'CN=mse software enclave PCK',
      'CN=mse software enclave platform CA',
      'CN=mse software enclave root',
    ])
    const spki = root?.publicKey.export({ type: 'spki', format: 'der' })
    expect(platform.rootKeyHash).toBe(toHex(await sha256(spki ?? new Uint8Array())))
    expect(leaf?.verify(ca?.publicKey ?? leaf.publicKey)).toBe(true)
    expect(ca?.checkIssued(root ?? ca)).toBe(true)
  })

  it('is valid from a day ago, for ten years and seven', async () => {
    const [leaf, ca, root] = (await createPlatform({ now })).certificates.map((der) => new X509Certificate(der))
    for (const certificate of [leaf, ca, root]) {
      expect(new Date(certificate?.validFrom ?? '')).toEqual(new Date('2026-06-14T12:00:00Z'))
    }
    expect(new Date(leaf?.validTo ?? '')).toEqual(new Date('2033-06-15T12:00:00Z'))
    expect(new Date(ca?.validTo ?? '')).toEqual(new Date('2036-06-15T12:00:00Z'))
    expect(new Date(root?.validTo ?? '')).toEqual(new Date('2036-06-15T12:00:00Z'))
  })

  it('survives being saved as JSON', async () => {
    const platform = await createPlatform({ now })
    const saved: SavedPlatform = JSON.parse(JSON.stringify(await platform.save()))
    const loaded = await loadPlatform(saved)
    expect(loaded.rootKeyHash).toBe(platform.rootKeyHash)
    expect(await loaded.save()).toEqual(saved)
    await expect(quotes(loaded, platform.rootKeyHash)).resolves.toBeDefined()
  })

  it('forgets the keys of its root and CA, unless asked to keep them', async () => {
    const forgetful = await (await createPlatform({ now })).save()
    expect(Object.keys(forgetful).sort()).toEqual(['certificates', 'key', 'schema'])
    const keeping = await (await createPlatform({ now, keepCaKeys: true })).save()
    expect(keeping.caKeys?.root.d).toMatch(/^[\w-]{43}$/)
    expect(keeping.caKeys?.root.d).not.toBe(keeping.key.d)
  })

  it('has a root of its own', async () => {
    const [one, other] = await Promise.all([createPlatform({ now }), createPlatform({ now })])
    await expect(quotes(one, other.rootKeyHash)).rejects.toMatchObject({ code: 'chain/root' })
  })
})

describe('what was saved is refused', () => {
  it('with the key of another, without a certificate, or in another schema', async () => {
    const [one, other] = await Promise.all([createPlatform({ now }), createPlatform({ now })])
    const [saved, another] = await Promise.all([one.save(), other.save()])
    const wrongs: readonly object[] = [
      { ...saved, key: another.key },
      { ...saved, certificates: saved.certificates.slice(1) },
      { ...saved, certificates: ['', '', ''] },
      { ...saved, schema: 'mse-software-platform/2' },
      {},
    ]
    for (const wrong of wrongs) {
      await expect(loadPlatform(JSON.parse(JSON.stringify(wrong)))).rejects.toThrow(TypeError)
    }
  })
})
