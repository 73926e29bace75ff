import { expect, it } from 'vitest'
import { concat, fromHex, toHex } from './bytes.ts'
import { sha256 } from './crypto.ts'
import { intelRoot } from './platform.ts'
import { createHardware } from './testing/index.ts'
import { intelPoint, openRoot } from './trust-anchor.ts'
import { readCertificate } from './x509/certificate.ts'

/** SubjectPublicKeyInfo of a P-256 point (RFC 5480, §2): what stands before the point. */
const before = '3059301306072a8648ce3d020106082a8648ce3d030107034200'

it("the pinned hash is that of Intel's key", async () => {
  expect(toHex(await sha256(concat(fromHex(before), fromHex(intelPoint))))).toBe(intelRoot)
})

it("a root that is not Intel's has its own hash and key", async () => {
  const { certificates, rootKeyHash } = await createHardware({ now: new Date('2026-06-15T12:00:00Z'), tee: 'sgx' })
  const [, , root] = certificates as [Uint8Array, Uint8Array, Uint8Array]
  const { key, hash } = openRoot(readCertificate(root))
  expect(await hash).toBe(rootKeyHash)
  expect(await key).toBeInstanceOf(CryptoKey)
})
