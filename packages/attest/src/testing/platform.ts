import { fromBase64, toBase64 } from '../base64.ts'
import { equal, toHex } from '../bytes.ts'
import { sha256 } from '../crypto.ts'
import { readCertificate } from '../x509/certificate.ts'
import { readChain } from '../x509/chain.ts'
import { issuePlatform, type OddPlatform } from './issue-platform.ts'
import { loadKey, pointOf, saveKey, type SavedKey } from './keys.ts'
import { startQuotingEnclave, type OddQuotingEnclave, type QuotingEnclave } from './quoting-enclave.ts'

/** A machine that can quote, under a root of its own. */
export interface Platform {
  /** Hex SHA-256 of the root's SubjectPublicKeyInfo: what a policy names it by. */
  readonly rootKeyHash: string
  /** PCK certificate, its CA, the root; DER. */
  readonly certificates: readonly [pck: Uint8Array, ca: Uint8Array, root: Uint8Array]
  /** With a new attestation key. */
  quotingEnclave(odd?: OddQuotingEnclave): Promise<QuotingEnclave>
  save(): Promise<SavedPlatform>
}

/** A platform as JSON. Holds the private key of the PCK: whoever has it can quote anything. */
export interface SavedPlatform {
  readonly schema: 'mse-software-platform/1'
  /** PCK certificate, its CA, the root; base64 DER. */
  readonly certificates: readonly string[]
  readonly key: SavedKey
  /** Of the CA and the root; only if asked to be kept. */
  readonly caKeys?: { readonly ca: SavedKey; readonly root: SavedKey }
}

/**
 * Makes a platform: root, platform CA and PCK certificate, valid from a day ago; root and CA for ten years, PCK for seven.
 * The keys of root and CA are forgotten, so that this root can never vouch for another platform.
 *
 * @param given.keepCaKeys to keep them in what `save` returns, for tests that issue more
 * @param given.odd what shall be wrong with the certificates, for tests of refusals
 */
export async function createPlatform(given: {
  readonly now: Date
  readonly keepCaKeys?: boolean
  readonly odd?: OddPlatform
}): Promise<Platform> {
  const { certificates, keys } = await issuePlatform(given.now, given.odd ?? {})
  const [key, ca, root] = await Promise.all([keys.pck, keys.ca, keys.root].map(({ privateKey }) => saveKey(privateKey)))
  if (key === undefined || ca === undefined || root === undefined) throw new TypeError('a key is missing')
  const saved = { schema: 'mse-software-platform/1', certificates: certificates.map(toBase64), key } as const
  return open(given.keepCaKeys === true ? { ...saved, caKeys: { ca, root } } : saved)
}

/**
 * Opens a platform that was saved.
 *
 * @throws TypeError if it is not one, or the key is not that of its PCK certificate
 */
export async function loadPlatform(saved: SavedPlatform): Promise<Platform> {
  if (saved.schema !== 'mse-software-platform/1') throw new TypeError('not a saved platform')
  try {
    const [leaf] = readChain(saved.certificates.map(fromBase64))
    if (leaf === undefined || !equal(leaf.point, pointOf(saved.key)))
      throw new TypeError('the key is that of another certificate')
    return await open(saved)
  } catch (cause) {
    throw new TypeError('not a saved platform', { cause })
  }
}

async function open(saved: SavedPlatform): Promise<Platform> {
  const [pck, ca, root] = saved.certificates.map(fromBase64)
  if (pck === undefined || ca === undefined || root === undefined) throw new TypeError('a certificate is missing')
  const certificates = [pck, ca, root] as const
  const key = await loadKey(saved.key)
  return {
    rootKeyHash: toHex(await sha256(readCertificate(root).spki)),
    certificates,
    quotingEnclave: async (odd = {}) => startQuotingEnclave(key, certificates, odd),
    save: async () => saved,
  }
}
