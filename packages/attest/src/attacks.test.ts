import { beforeAll, describe, expect, it } from 'vitest'
import { toBase64 } from './base64.ts'
import { AttestationError, verifyEvidence } from './index.ts'
import { platforms } from './platform.ts'
import { der, octets, oid, sequence } from './testing/der-writer.ts'
import {
  authority,
  createPlatform,
  extension,
  generateKey,
  keyIdentifiers,
  makeEnclave,
  usage,
  type EnclaveFields,
  type OddPlatform,
  type Platform,
} from './testing/index.ts'
import { pckExtension } from './testing/pck-extension.ts'

const now = new Date('2026-06-15T12:00:00Z')
const past = new Date('2026-06-15T11:59:59Z')
const future = new Date('2026-06-15T12:00:01Z')
const measurement = new Uint8Array(32).fill(0xab)
const intel = Uint8Array.from(platforms.sgx.vendorId.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
const text = (words: string) => new TextEncoder().encode(words)

let platform: Platform
let stranger: CryptoKeyPair

beforeAll(async () => {
  platform = await createPlatform({ now })
  stranger = await generateKey()
})

/** What comes out for evidence of this platform, whose root the policy names. */
async function judge(
  on: Platform,
  fields: Partial<EnclaveFields>,
  change: (der: Uint8Array) => Uint8Array = (der) => der,
) {
  const { evidence } = await makeEnclave(on, { now, measurement, ...fields })
  const policy = {
    platform: 'software',
    softwareRoots: [on.rootKeyHash],
    measurement: 'any',
    signer: 'any',
    debug: 'any',
  } as const
  return verifyEvidence({ certificate: change(evidence.certificate) }, policy, { now })
}

async function expectRefusal(code: string, verdict: Promise<unknown>): Promise<void> {
  const error = await verdict.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(AttestationError)
  expect(error).toMatchObject({ code })
  const { checks: judged } = error instanceof AttestationError ? error : { checks: [] }
  expect(judged.at(-1)).toMatchObject({ code, outcome: 'failed' })
}

function attack(code: string, name: string, run: () => Promise<unknown>): void {
  it(`${name}: ${code}`, async () => expectRefusal(code, run()))
}

/** Evidence whose certificate, quote or quoting enclave is wrong. */
function wrongEvidence(
  code: string,
  name: string,
  fields: () => Partial<EnclaveFields> | Promise<Partial<EnclaveFields>>,
): void {
  attack(code, name, async () => judge(platform, await fields()))
}

/** Evidence from a platform whose certificates are wrong; its root is believed. */
function wrongPlatform(code: string, name: string, odd: () => OddPlatform | Promise<OddPlatform>): void {
  attack(code, name, async () => judge(await createPlatform({ now, odd: await odd() }), {}))
}

describe('the certificate', () => {
  attack('evidence/malformed', 'a byte after the certificate', () =>
    judge(platform, {}, (der) => Uint8Array.of(...der, 0)),
  )
  attack('evidence/malformed', 'two certificates', () => judge(platform, {}, (der) => Uint8Array.of(...der, ...der)))
  attack('evidence/malformed', 'nothing', () => judge(platform, {}, () => new Uint8Array(0)))
  attack('evidence/malformed', 'more than 256 KiB', () => judge(platform, {}, () => new Uint8Array(256 * 1024 + 1)))
  wrongEvidence('evidence/malformed', 'an unknown critical extension', async () => ({
    certificate: { odd: { extensions: [extension('1.2.3', octets(new Uint8Array(1)), true)] } },
  }))
  wrongEvidence('evidence/malformed', 'a name with a NUL, to be shown as another', () => ({
    certificate: { names: ['app.example\0.evil.example'] },
  }))
  wrongEvidence('evidence/no-quote', 'no quote', () => ({ certificate: { odd: { extensions: [authority(false)] } } }))
  wrongEvidence('evidence/no-quote', 'a quote under an OID of somebody else', () => ({ certificate: { oid: '1.2.3' } }))
  attack('evidence/no-quote', 'a good quote beside another, of another platform', async () => {
    const { quote } = await makeEnclave(platform, { now, measurement })
    const both = [platforms.software.oid, platforms.sgx.oid].map((oid) => extension(oid, quote))
    return judge(platform, { certificate: { odd: { extensions: both } } })
  })
  attack('evidence/malformed', 'the same extension twice', async () => {
    const { quote } = await makeEnclave(platform, { now, measurement })
    const twice = [extension(platforms.software.oid, quote), extension(platforms.software.oid, quote)]
    return judge(platform, { certificate: { odd: { extensions: twice } } })
  })
  attack('evidence/no-quote', 'a quote hidden in a name, for those who scan', async () => {
    const { quote } = await makeEnclave(platform, { now, measurement })
    const hidden = sequence(der(0xa0, oid('1.2.3'), der(0xa0, octets(extension(platforms.software.oid, quote)))))
    return judge(platform, { certificate: { odd: { extensions: [extension('2.5.29.17', hidden)] } } })
  })
  wrongEvidence('evidence/oid', 'a software enclave under the OID of SGX', () => ({
    certificate: { oid: platforms.sgx.oid },
  }))
  wrongEvidence('evidence/scheme', 'evidence of another processor', () => ({
    certificate: { oid: '1.2.840.113741.1337.7' },
  }))
  wrongEvidence('evidence/wrapper', 'a raw quote where DICE wants CBOR', () => ({
    certificate: { oid: '2.23.133.5.4.9' },
  }))
  wrongEvidence('evidence/claims', 'DICE evidence that does not name a key', () => ({
    scheme: 'DICE',
    oddClaims: { claims: Uint8Array.of(0xa0) },
  }))
  for (const scheme of ['Cosmian', 'Gramine legacy', 'Open Enclave', 'DICE'] as const) {
    wrongEvidence('evidence/oid', `a software enclave that shows itself as ${scheme} does`, () => ({ scheme }))
  }
  wrongEvidence('certificate/key-strength', 'an RSA key of 1024 bits', async () => ({
    certificate: { tlsKey: await generateKey('RSA', 1024) },
  }))
  wrongEvidence('certificate/signature', 'a certificate that another key signed', () => ({
    certificate: { odd: { signedBy: stranger.privateKey } },
  }))
  wrongEvidence('certificate/validity', 'a certificate of the past', () => ({ certificate: { notAfter: past } }))
  wrongEvidence('certificate/validity', 'a certificate of the future', () => ({ certificate: { notBefore: future } }))
  attack('certificate/key-binding', 'the quote of an enclave in a certificate of a stranger', async () => {
    const { quote } = await makeEnclave(platform, { now, measurement })
    return judge(platform, { certificate: { quote, tlsKey: stranger } })
  })
})

describe('the quote', () => {
  wrongEvidence('quote/malformed', 'an empty quote', () => ({ certificate: { quote: new Uint8Array(0) } }))
  wrongEvidence('quote/malformed', 'a section longer than what follows', () => ({
    certificate: { quote: Uint8Array.of(3, 0, 2, 0, ...new Uint8Array(428), 255, 255, 255, 255) },
  }))
  wrongEvidence('quote/unaccounted', 'bytes that no field accounts for', () => ({
    oddQuote: { extra: Uint8Array.of(0) },
  }))
  wrongEvidence('quote/trailing', 'bytes after the quote', () => ({ oddQuote: { trailing: Uint8Array.of(0, 1) } }))
  wrongEvidence('quote/version', 'version 6', () => ({ oddQuote: { version: 6 } }))
  wrongEvidence('quote/tee', 'a TDX quote that says it is version 3', () => ({ oddQuote: { teeType: 0x81 } }))
  wrongEvidence('quote/key-type', 'a P-384 attestation key', () => ({ oddQuote: { keyType: 3 } }))
  wrongEvidence('quote/key', 'an attestation key off the curve', () => ({
    oddQuote: { attestationKey: new Uint8Array(64).fill(1) },
  }))
  wrongEvidence('quote/certification', 'an encrypted PPID in place of a chain', () => ({
    oddQuote: { certificationType: 3 },
  }))
  wrongEvidence('quote/certification', 'no certificates', () => ({ oddQuote: { certification: new Uint8Array(0) } }))
  wrongEvidence('quote/certification', 'text among the certificates', () => ({
    oddQuote: { certification: text('here they are:') },
  }))
  wrongEvidence('quote/vendor', 'a software enclave with the vendor id of Intel', () => ({
    oddQuotingEnclave: { vendorId: intel },
  }))
  wrongEvidence('quote/qe-signature', 'a quoting enclave that the platform does not know', () => ({
    oddQuotingEnclave: { signedBy: stranger.privateKey },
  }))
  wrongEvidence('quote/qe-binding', 'a quoting enclave that vouches for another key', () => ({
    oddQuotingEnclave: { reportData: new Uint8Array(64) },
  }))
  wrongEvidence('quote/qe-binding', 'authentication data that the quoting enclave did not vouch for', () => ({
    oddQuote: { authentication: new Uint8Array(32) },
  }))
  wrongEvidence('quote/qe-debug', 'a quoting enclave whose key anybody can read', () => ({
    oddQuotingEnclave: { debug: true },
  }))
  wrongEvidence('quote/signature', 'a quote that another key signed', () => ({
    oddQuote: { signedBy: stranger.privateKey },
  }))
})

describe('the chain', () => {
  attack('chain/root', 'a platform under a root of its own making', async () => {
    const { evidence } = await makeEnclave(await createPlatform({ now }), { now, measurement })
    return judge(platform, {}, () => evidence.certificate)
  })
  attack('chain/malformed', 'a PCK certificate with a byte too many', async () => {
    const [leaf, ...issuers] = platform.certificates
    const longer = Uint8Array.of(...leaf, 0)
    return judge(platform, { oddQuote: { certification: text(pem([longer, ...issuers])) } })
  })
  wrongPlatform('chain/critical', 'an unknown critical extension', () => ({
    pck: { extensions: [extension('1.2.3', octets(new Uint8Array(1)), true)] },
  }))
  wrongPlatform('pck/extension', 'half an SGX extension', () => ({
    pck: { extensions: [usage('signer'), authority(false), extension('1.2.840.113741.1.13.1', sequence())] },
  }))
  wrongPlatform('chain/issuer', 'a PCK certificate of another issuer', () => ({ pck: { issuer: 'somebody else' } }))
  wrongPlatform('chain/issuer', 'a CA of another root', () => ({ ca: { issuer: 'somebody else' } }))
  wrongPlatform('chain/issuer', 'a root that is not its own issuer', () => ({ root: { issuer: 'somebody else' } }))
  it('may have its certificates in any order: what counts is who names whom', async () => {
    const [leaf, ca, root] = platform.certificates
    for (const ders of [
      [leaf, root, ca],
      [root, ca, leaf],
      [ca, leaf, root],
    ]) {
      await judge(platform, { oddQuote: { certification: text(pem(ders)) } })
    }
  })
  for (const which of ['pck', 'ca', 'root'] as const) {
    wrongPlatform('chain/signature', `a forged ${which} certificate`, () => ({
      [which]: { signedBy: stranger.privateKey },
    }))
    wrongPlatform('chain/expired', `a ${which} certificate of the past`, () => ({ [which]: { notAfter: past } }))
    wrongPlatform('chain/not-yet-valid', `a ${which} certificate of the future`, () => ({
      [which]: { notBefore: future },
    }))
  }
  wrongPlatform('chain/authority', 'a CA that is none', () => ({
    ca: { extensions: [usage('issuer'), authority(false)] },
  }))
  wrongPlatform('chain/authority', 'a CA that does not say whether it is one', () => ({
    ca: { extensions: [usage('issuer')] },
  }))
  wrongPlatform('chain/key-usage', 'a CA whose key is not for certificates', () => ({
    ca: { extensions: [usage('signer'), authority(true, 0)] },
  }))
  wrongPlatform('chain/path-length', 'a root that may issue leaves only', () => ({
    root: { extensions: [usage('issuer'), authority(true, 0)] },
  }))
  wrongPlatform('chain/authority', 'a PCK certificate that may issue others', () => ({
    pck: { extensions: [usage('issuer'), authority(true), pckExtension(new Uint8Array(32))] },
  }))
  wrongPlatform('pck/extension', 'a PCK certificate without the SGX extension', async () => ({
    pck: {
      extensions: [
        ...(await keyIdentifiers(stranger.publicKey, stranger.publicKey)),
        usage('signer'),
        authority(false),
      ],
    },
  }))
})

it('no time is within any validity if it is no time', async () => {
  const { evidence } = await makeEnclave(platform, { now, measurement })
  const policy = {
    platform: 'software',
    softwareRoots: [platform.rootKeyHash],
    measurement: 'any',
    signer: 'any',
    debug: 'any',
  } as const
  await expectRefusal('chain/not-yet-valid', verifyEvidence(evidence, policy, { now: new Date(NaN) }))
})

function pem(ders: readonly Uint8Array[]): string {
  return ders.map((der) => `-----BEGIN CERTIFICATE-----\n${toBase64(der)}\n-----END CERTIFICATE-----\n`).join('')
}
