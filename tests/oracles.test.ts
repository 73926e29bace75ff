import { createHash, X509Certificate } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  decodeQuote,
  isSignedBy,
  Ledger,
  pemToDers,
  readCertificate,
  readCommonName,
  readCrl,
  toHex,
  toPem,
  type Certificate,
} from '@mse/attest/parts'
import { afterAll, describe, expect, it } from 'vitest'

// Two implementations that are not ours, Node's and OpenSSL's, read every certificate and every revocation list of the shared data.

/** To run these, set MSE_SHARED to the folder that holds data/dcap. */
const data = join(process.env['MSE_SHARED'] ?? '', 'data/dcap')
const there = process.env['MSE_SHARED'] !== undefined && existsSync(join(data, 'INDEX.json'))
const hasOpenssl = spawnSync('openssl', ['version']).status === 0

it.skipIf(there)('other readers are not asked: MSE_SHARED does not name a folder with data/dcap', ({ skip }) => skip())
it.skipIf(hasOpenssl)('OpenSSL is not asked: there is no openssl', ({ skip }) => skip())

interface Parts {
  readonly tcb_info_issuer_chain: string
  readonly qe_identity_issuer_chain: string
  readonly pck_crl_issuer_chain: string
  readonly pck_crl: string
  readonly root_ca_crl: string
}

const filesIn = (folder: string): readonly string[] =>
  readdirSync(join(data, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => join(data, folder, file))
    .filter((file) => /\.[a-z0-9]+$/i.test(file))

const attempt = <T>(read: () => T): T | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}
const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(file))

const collateral = there
  ? ['collateral', 'synthetic', 'tampered']
      .flatMap(filesIn)
      .filter((file) => file.endsWith('.json'))
      .flatMap((file) => attempt(() => JSON.parse(readFileSync(file, 'utf8')) as Parts) ?? [])
      .filter((parts) => typeof parts.pck_crl === 'string')
  : []

/** What this verifier takes for a certificate, each once. */
function everyCertificate(): readonly Certificate[] {
  const single = ['certs', 'roots', 'ratls'].flatMap(filesIn).map(bytesOf)
  const inQuotes = ['quotes', 'synthetic', 'tampered']
    .flatMap(filesIn)
    .flatMap((file) => attempt(() => decodeQuote(new Ledger(), bytesOf(file)).ders) ?? [])
  const chains = collateral
    .flatMap((one) => [one.tcb_info_issuer_chain, one.qe_identity_issuer_chain, one.pck_crl_issuer_chain])
    .flatMap((pem) => attempt(() => pemToDers(pem)) ?? [])
  const ders = new Map([...single, ...inQuotes, ...chains].map((der) => [toHex(der), der]))
  return [...ders.values()].flatMap((der) => attempt(() => readCertificate(der)) ?? [])
}

const minimal = (hex: string): string => hex.toUpperCase().replace(/^(?:00)+(?=.)/, '')

describe.skipIf(!there)('Node reads as this verifier does', () => {
  const all = there ? everyCertificate() : []
  // As PEM: given DER, Node scans it for PEM first.
  const nodes = all.map(({ bytes }) => new X509Certificate(toPem('CERTIFICATE', bytes)))

  it('every certificate: names, number, dates, key, whether they may issue', () => {
    expect(all.length).toBeGreaterThan(200)
    for (const [at, ours] of all.entries()) {
      const theirs = nodes[at] as X509Certificate
      expect(theirs.toLegacyObject().subject.CN).toBe(readCommonName(ours.subject))
      expect(theirs.toLegacyObject().issuer.CN).toBe(readCommonName(ours.issuer))
      expect(theirs.serialNumber).toBe(minimal(toHex(ours.serial)))
      expect(new Date(theirs.validFrom)).toEqual(ours.notBefore)
      expect(new Date(theirs.validTo)).toEqual(ours.notAfter)
      expect(theirs.publicKey.export({ type: 'spki', format: 'der' }).toString('hex')).toBe(toHex(ours.spki))
      // To Node, a CA whose key is not for certificates is none.
      expect(theirs.ca).toBe((ours.authority?.issues ?? false) && (ours.keyUsage?.certificateSign ?? true))
    }
  })

  it('and says the same of their signatures, true and false ones', async () => {
    const found = { signed: 0, not: 0 }
    for (const [at, ours] of all.entries()) {
      const named = all.flatMap((issuer, place) => (toHex(issuer.subject) === toHex(ours.issuer) ? [place] : []))
      // The first few of those that bear the name of the issuer: in the synthetic families, most of them are others.
      for (const place of named.slice(0, 4)) {
        const [issuer, theirs] = [all[place] as Certificate, nodes[place] as X509Certificate]
        const isSigned = await isSignedBy(issuer.point, ours.signed, ours.signature)
        expect(nodes[at]?.verify(theirs.publicKey)).toBe(isSigned)
        found[isSigned ? 'signed' : 'not'] += 1
      }
    }
    expect(found.signed).toBeGreaterThan(50)
    expect(found.not).toBeGreaterThan(50)
  })
})

describe.skipIf(!there || !hasOpenssl)('OpenSSL reads as this verifier does', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mse-oracle-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const lists = new Map(
    collateral
      .flatMap((one) => [one.pck_crl, one.root_ca_crl].map((crl) => [crl, one.pck_crl_issuer_chain] as const))
      .filter(([crl]) => /^(?:[0-9a-f]{2})+$/.test(crl)),
  )

  it('every revocation list: what is revoked, until when, and whether it is signed', async () => {
    const found = { read: 0, signed: 0, refused: 0, revoked: 0 }
    for (const [hex, chain] of lists) {
      const der = new Uint8Array(Buffer.from(hex, 'hex'))
      const crl = attempt(() => readCrl(der))
      const issuers = attempt(() => pemToDers(chain).map(readCertificate)) ?? []
      const issuer = crl && issuers.find(({ subject }) => toHex(subject) === toHex(crl.issuer))
      if (crl === undefined) found.refused += 1
      if (crl === undefined || issuer === undefined) continue
      const theirs = ask(folder, der, toPem('CERTIFICATE', issuer.bytes))
      expect(theirs.revoked).toEqual([...crl.revoked].map(minimal).sort())
      expect(theirs.thisUpdate).toEqual(crl.thisUpdate)
      expect(theirs.nextUpdate).toEqual(crl.nextUpdate)
      const isSigned = await isSignedBy(issuer.point, crl.signed, crl.signature)
      expect(theirs.isSigned, createHash('sha256').update(der).digest('hex')).toBe(isSigned)
      found.read += 1
      found.signed += isSigned ? 1 : 0
      found.revoked += crl.revoked.size
    }
    expect(found.read).toBeGreaterThan(50)
    expect(found.signed).toBeGreaterThan(50)
    expect(found.signed).toBeLessThan(found.read)
    expect(found.revoked).toBeGreaterThan(50)
  })
})

function ask(folder: string, crl: Uint8Array, issuer: string) {
  const [file, ca] = [join(folder, 'list.der'), join(folder, 'issuer.pem')]
  writeFileSync(file, crl)
  writeFileSync(ca, issuer)
  const args = ['crl', '-inform', 'DER', '-in', file, '-CAfile', ca, '-noout', '-text', '-verify']
  const { stdout, stderr } = spawnSync('openssl', args, { encoding: 'utf8' })
  const date = (name: string) => new Date(new RegExp(`${name}: (.*)`).exec(stdout)?.[1] ?? NaN)
  return {
    revoked: [...stdout.matchAll(/Serial Number: ([0-9A-F]+)/g)].map(([, serial = '']) => serial).sort(),
    thisUpdate: date('Last Update'),
    nextUpdate: date('Next Update'),
    isSigned: /verify OK/.test(stderr),
  }
}
