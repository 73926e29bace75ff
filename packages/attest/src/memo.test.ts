import { beforeAll, describe, expect, it, vi } from 'vitest'
import {
  collateralNeed,
  strictSgxPolicy,
  verifyEvidence,
  verifyFreshness,
  VerifierMemo,
  type Collateral,
} from './index.ts'
import { ascii, toHex } from './bytes.ts'
import { Ledger } from './ledger.ts'
import { openQuote } from './quote/open.ts'
import { expectedOf, proveQuote } from './quote/prove.ts'
import { readCertificate } from './x509/certificate.ts'
import { certificateToPem } from './x509/pem.ts'
import {
  authority,
  createHardware,
  createPlatform,
  hardwareVersions,
  issueCertificate,
  makeEnclave,
  pckExtension,
  usage,
  type Hardware,
  type MakeBelieveEnclave,
  type QuotingEnclave,
} from './testing/index.ts'

const now = new Date('2026-06-15T12:00:00Z')
const policy = strictSgxPolicy({ measurement: 'any', signer: 'any' })
let on: Hardware
let collateral: Collateral
let enclave: QuotingEnclave
let quotes: readonly Uint8Array[]
const report = { measurement: new Uint8Array(32), reportData: new Uint8Array(64) }

beforeAll(async () => {
  on = await createHardware({ now, tee: 'sgx' })
  collateral = await on.collateral()
  enclave = await on.quotingEnclave()
  quotes = await Promise.all([1, 2].map((isvSvn) => enclave.quote({ ...report, isvSvn })))
})

/** How many signatures were checked for a quote. */
async function signatures(memo: VerifierMemo, given: { at?: Date; collateral?: Collateral; quote?: Uint8Array } = {}) {
  const verify = vi.spyOn(crypto.subtle, 'verify')
  try {
    const evidence = { quote: given.quote ?? (quotes[0] as Uint8Array), collateral: given.collateral ?? collateral }
    await verifyEvidence(evidence, policy, { now: given.at ?? now, memo, rootsForTesting: [on.rootKeyHash] })
    return verify.mock.calls.length
  } finally {
    verify.mockRestore()
  }
}

/** The certificate of one more platform, whose quoting enclave has the same key, so that its quotes need no other. */
async function anotherPck(number: number, signedBy: CryptoKey = on.keys.ca.privateKey): Promise<Uint8Array> {
  const { notBefore, notAfter } = readCertificate(on.certificates[0] as Uint8Array)
  return issueCertificate({
    subject: 'Intel SGX PCK Certificate',
    issuer: 'Intel SGX PCK Platform CA',
    notBefore,
    notAfter,
    publicKey: on.keys.pck.publicKey,
    signedBy,
    extensions: [usage('signer'), authority(false), pckExtension(new Uint8Array(32).fill(number), hardwareVersions)],
  })
}

/** A quote of the platform of that certificate. */
async function quoteOf(pck: Uint8Array): Promise<Uint8Array> {
  const [, ca, root] = on.certificates as readonly [Uint8Array, Uint8Array, Uint8Array]
  const certification = ascii(`${[pck, ca, root].map(certificateToPem).join('')}\0`)
  return enclave.quote(report, { certification })
}

describe('with a memo', () => {
  it('the signatures of one platform are checked once, those of each quote every time', async () => {
    const memo = new VerifierMemo()
    expect(await signatures(memo)).toBe(10)
    for (const quote of quotes) expect(await signatures(memo, { quote })).toBe(2)
    expect(await signatures(new VerifierMemo())).toBe(10)
  })

  it('another platform of the same CA has its own certificate checked, once', async () => {
    const memo = new VerifierMemo()
    await signatures(memo)
    const quote = await quoteOf(await anotherPck(1))
    expect(await signatures(memo, { quote })).toBe(3)
    expect(await signatures(memo, { quote })).toBe(2)
    expect(await signatures(memo)).toBe(2)
  })

  it('what is expected of a quote is its own: another quoting enclave of the platform vouches for another key', async () => {
    const memo = new VerifierMemo()
    await signatures(memo)
    const quote = await (await on.quotingEnclave()).quote(report)
    const opened = openQuote(new Ledger(), quote, { collateral, memo })
    const expected = expectedOf(opened)
    expect(expected?.attestationKeyHash).toEqual(opened.quote.qeReport.reportData.subarray(0, 32))
    expect(await proveQuote(opened)).toEqual(expected)
    expect(await signatures(memo, { quote })).toBe(2)
  })

  it('a certificate that its CA never signed is refused each time: chain/signature', async () => {
    const memo = new VerifierMemo()
    await signatures(memo)
    const forged = await quoteOf(await anotherPck(2, on.keys.pck.privateKey))
    for (const quote of [forged, forged])
      await expect(signatures(memo, { quote })).rejects.toMatchObject({ code: 'chain/signature' })
  })

  it('a known platform whose quoting enclave another key vouches for is refused: quote/qe-signature', async () => {
    const memo = new VerifierMemo()
    await signatures(memo)
    const stranger = await on.quotingEnclave({ signedBy: on.keys.ca.privateKey })
    const quote = await stranger.quote(report)
    await expect(signatures(memo, { quote })).rejects.toMatchObject({ code: 'quote/qe-signature' })
  })

  it('a known platform that reports another attestation key is refused: quote/qe-binding', async () => {
    const memo = new VerifierMemo()
    await signatures(memo)
    const liar = await on.quotingEnclave({ reportData: new Uint8Array(64).fill(1) })
    const quote = await liar.quote(report)
    await expect(signatures(memo, { quote })).rejects.toMatchObject({ code: 'quote/qe-binding' })
  })

  it('a known platform that is revoked since is refused: crl/pck', async () => {
    const memo = new VerifierMemo()
    await signatures(memo)
    const { serial } = readCertificate(on.certificates[0] as Uint8Array)
    const revoked = await on.collateral({ pckCrl: { revoked: [toHex(serial)] } })
    await expect(signatures(memo, { collateral: revoked })).rejects.toMatchObject({ code: 'crl/pck' })
  })

  it('what a policy does not accept is not kept', async () => {
    const memo = new VerifierMemo()
    const evidence = { quote: quotes[0] as Uint8Array, collateral }
    const other = strictSgxPolicy({ measurement: ['11'.repeat(32)], signer: 'any' })
    const given = { now, memo, rootsForTesting: [on.rootKeyHash] }
    await expect(verifyEvidence(evidence, other, given)).rejects.toMatchObject({ code: 'policy/measurement' })
    expect(await signatures(memo)).toBe(10)
    await expect(verifyEvidence(evidence, other, given)).rejects.toMatchObject({ code: 'policy/measurement' })
  })

  it('two at once keep what they found once', async () => {
    const memo = new VerifierMemo()
    const evidence = { quote: quotes[0] as Uint8Array, collateral }
    const given = { now, memo, rootsForTesting: [on.rootKeyHash] }
    await Promise.all([1, 2].map(() => verifyEvidence(evidence, policy, given)))
    expect(await signatures(memo)).toBe(2)
  })

  it('collateral that its owner changes while signatures are checked is judged as it was', async () => {
    const memo = new VerifierMemo()
    const mine = { ...collateral, pckCrl: collateral.pckCrl.slice() }
    for (let count = 0; count < 3; count++) {
      const quote = (quotes[0] as Uint8Array).slice()
      const verdict = verifyEvidence({ quote, collateral: mine }, policy, {
        now,
        memo,
        rootsForTesting: [on.rootKeyHash],
      })
      mine.pckCrl.fill(0)
      quote.fill(0)
      expect(await verdict).toHaveProperty('platform', 'sgx')
      mine.pckCrl.set(collateral.pckCrl)
    }
  })

  it('what is no array of bytes is refused, and not read from the memory of who handed it in', async () => {
    const given = { now, rootsForTesting: [on.rootKeyHash] }
    const asBuffer = (bytes: Uint8Array): Uint8Array => bytes.slice().buffer as unknown as Uint8Array
    const quote = asBuffer(quotes[0] as Uint8Array)
    await expect(verifyEvidence({ quote, collateral }, policy, given)).rejects.toMatchObject({
      code: 'quote/malformed',
    })
    const lists = { ...collateral, pckCrl: asBuffer(collateral.pckCrl) }
    const refused = verifyEvidence({ quote: quotes[0] as Uint8Array, collateral: lists }, policy, given)
    await expect(refused).rejects.toMatchObject({ code: 'crl/missing' })
    const { evidence } = await makeEnclave(on, { now, measurement: new Uint8Array(32), scheme: 'Gramine legacy' })
    const certificate = asBuffer(evidence.certificate)
    await expect(verifyEvidence({ certificate, collateral }, policy, given)).rejects.toMatchObject({
      code: 'evidence/malformed',
    })
  })

  it('a date of a verdict that its owner changes is not the memo’s', async () => {
    const given = { now, memo: new VerifierMemo(), rootsForTesting: [on.rootKeyHash] }
    const evidence = { quote: quotes[0] as Uint8Array, collateral }
    for (let count = 0; count < 2; count++) {
      const { tcb } = await verifyEvidence(evidence, policy, given)
      for (const date of [tcb?.date, tcb?.platform.date, tcb?.qe.date, tcb?.nextUpdate]) date?.setTime(NaN)
    }
    expect(await verifyEvidence(evidence, policy, given)).toHaveProperty('platform', 'sgx')
  })

  it('a forged PCK certificate that a fresh quote showed is not remembered: chain/signature', async () => {
    const memo = new VerifierMemo()
    const given = { now, memo, collateral, rootsForTesting: [on.rootKeyHash] }
    const { evidence } = await makeEnclave(on, { now, measurement: new Uint8Array(32), scheme: 'Gramine legacy' })
    const { enclave } = await verifyEvidence(evidence, policy, given)
    const quote = await quoteOf(await anotherPck(3, on.keys.pck.privateKey))
    for (let count = 0; count < 2; count++) {
      const fresh = verifyFreshness(quote, new Uint8Array(32), enclave, given)
      await expect(fresh).rejects.toMatchObject({ code: 'chain/signature' })
      await expect(verifyEvidence({ quote }, policy, given)).rejects.toMatchObject({ code: 'chain/signature' })
    }
  })

  it('sixty-five platforms of one CA are one too many', async () => {
    const memo = new VerifierMemo()
    await signatures(memo)
    for (let number = 1; number <= 64; number++)
      await signatures(memo, { quote: await quoteOf(await anotherPck(number)) })
    expect(await signatures(memo)).toBe(3)
  })

  it('a forged quote on a known platform is refused: quote/signature', async () => {
    const memo = new VerifierMemo()
    await signatures(memo)
    const forged = (quotes[0] as Uint8Array).slice()
    forged[48 + 64] = (forged[48 + 64] ?? 0) ^ 1
    await expect(signatures(memo, { quote: forged })).rejects.toMatchObject({ code: 'quote/signature' })
  })

  it('what was valid is refused when it no longer is: crl/expired', async () => {
    const memo = new VerifierMemo()
    await signatures(memo)
    const at = new Date('2026-07-15T12:00:00Z')
    await expect(signatures(memo, { at })).rejects.toMatchObject({ code: 'crl/expired' })
  })

  it.each(['tcbInfo', 'qeIdentity', 'pckCrl', 'rootCaCrl'] as const)(
    'one changed byte of %s is noticed',
    async (member) => {
      const memo = new VerifierMemo()
      await signatures(memo)
      const bytes = collateral[member].slice()
      bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1
      await expect(signatures(memo, { collateral: { ...collateral, [member]: bytes } })).rejects.toThrow()
    },
  )

  it('collateral that its owner changes afterwards is not taken for what it was', async () => {
    const memo = new VerifierMemo()
    const mine = { ...collateral, tcbInfo: collateral.tcbInfo.slice() }
    await signatures(memo, { collateral: mine })
    mine.tcbInfo.fill(0x20)
    await expect(signatures(memo, { collateral: mine })).rejects.toMatchObject({ code: 'tcb-info/envelope' })
  })

  it('what was refused is not kept', async () => {
    const memo = new VerifierMemo()
    const bad = await on.collateral({ pckCrl: { nextUpdate: new Date('2026-06-15T11:00:00Z') } })
    await expect(signatures(memo, { collateral: bad })).rejects.toThrow()
    expect(await signatures(memo)).toBe(10)
  })

  it('seventeen platforms are one too many', async () => {
    const memo = new VerifierMemo()
    await signatures(memo)
    for (let count = 0; count < 16; count++) await signatures(memo, { collateral: await on.collateral() })
    expect(await signatures(memo)).toBe(10)
  })
})

describe('certificates of enclaves, with a memo', () => {
  it.each(['hardware', 'software'] as const)('of %s', async (kind) => {
    const platform = kind === 'hardware' ? on : await createPlatform({ now })
    const [genuine, other] = await Promise.all(
      [0, 1].map((byte) => {
        const scheme = kind === 'hardware' ? { scheme: 'Gramine legacy' as const } : {}
        return makeEnclave(platform, { now, measurement: new Uint8Array(32).fill(byte), ...scheme })
      }),
    )
    const any = { measurement: 'any', signer: 'any' } as const
    const asked =
      kind === 'hardware'
        ? policy
        : ({ platform: 'software', softwareRoots: [platform.rootKeyHash], debug: 'refused', ...any } as const)
    const hardware = kind === 'hardware' ? { collateral, rootsForTesting: [on.rootKeyHash] } : {}
    const given = { now, memo: new VerifierMemo(), ...hardware }
    for (const { evidence } of [genuine, genuine, other] as MakeBelieveEnclave[])
      expect(await verifyEvidence(evidence, asked, given)).toHaveProperty('enclave')
    const forged = (genuine as MakeBelieveEnclave).evidence.certificate.slice()
    forged[forged.length - 1] = (forged[forged.length - 1] ?? 0) ^ 1
    const refused = verifyEvidence({ certificate: forged }, asked, given)
    await expect(refused).rejects.toMatchObject({ code: 'certificate/signature' })
  })
})

describe('which collateral a quote needs', () => {
  it.each(['processor', 'platform'] as const)('of the %s CA', async (ca) => {
    for (const tee of ['sgx', 'tdx'] as const) {
      const machine = await createHardware({ now, tee, ca })
      const enclave = await machine.quotingEnclave()
      const reportData = new Uint8Array(64)
      const quote =
        tee === 'sgx'
          ? await enclave.quote({ measurement: new Uint8Array(32), reportData })
          : await enclave.quoteTd({ mrtd: new Uint8Array(48), reportData })
      expect(collateralNeed({ quote })).toEqual({ tee, ca, fmspc: '00806f050000' })
    }
  })

  it('none, of a software enclave', async () => {
    const { evidence } = await makeEnclave(await createPlatform({ now }), { now, measurement: new Uint8Array(32) })
    expect(collateralNeed(evidence)).toBeUndefined()
  })
})
