import { describe, expect, it } from 'vitest'
import { fromBase64 } from '../base64.ts'
import { ascii, concat, toHex } from '../bytes.ts'
import {
  attack,
  firstLevel,
  future,
  judge,
  levelsOf,
  now,
  past,
  sgx,
  stranger,
  withTdx,
  type Odd,
} from '../testing/attack.test-case.ts'
import { der, octets, sequence } from '../testing/der-writer.ts'
import { authority, createHardware, extension, issueCertificate, usage, type OddCollateral } from '../testing/index.ts'
import { readCertificate } from '../x509/certificate.ts'
import { certificateToPem } from '../x509/pem.ts'

const signedByIntel = { mrsigner: '00'.repeat(48), attributes: '00'.repeat(8), attributesMask: 'FF'.repeat(8) }

describe('the signer of the collateral', () => {
  const signer = (odd: NonNullable<OddCollateral['signer']>): Odd => ({ collateral: { signer: odd } })
  attack('collateral/missing', 'no collateral at all', { withoutCollateral: true })
  attack('signer/malformed', 'no chain', { change: () => ({ tcbInfoIssuerChain: '' }) })
  attack('signer/malformed', 'the signer without its root', { collateral: { signerChain: (own) => own } })
  attack('signer/malformed', 'a byte after the signer', {
    collateral: { signerChain: (own, root) => own.replace(/=*\n-----END/, 'AAAA\n-----END') + root },
  })
  attack(
    'signer/repeated',
    'a signer with an extension twice',
    signer({ extensions: [usage('signer'), usage('signer')] }),
  )
  attack('signer/critical', 'a signer with an unknown critical extension', () =>
    signer({ extensions: [usage('signer'), extension('1.2.3', octets(new Uint8Array(1)), true)] }),
  )
  attack('signer/root', 'collateral of a rogue root', async () => {
    const rogue = await createHardware({ now, tee: 'sgx' })
    return {
      change: await (
        async (other) => () =>
          other
      )(await rogue.collateral()),
    }
  })
  attack('signer/issuer', 'a signer of another issuer', signer({ issuer: 'somebody else' }))
  attack('signer/signature', 'a forged signer', () => signer({ signedBy: stranger.privateKey }))
  attack('signer/authority', 'a CA that plays the signer', signer({ extensions: [usage('signer'), authority(true)] }))
  it('may come with the other certificate of the same root', async () => {
    const root = await issueCertificate({
      subject: 'Intel SGX Root CA',
      issuer: 'Intel SGX Root CA',
      notBefore: past,
      notAfter: future,
      publicKey: sgx.keys.root.publicKey,
      signedBy: sgx.keys.root.privateKey,
      extensions: [usage('issuer'), authority(true, 0)],
    })
    const signerChain = (own: string) => own + certificateToPem(root)
    expect(await judge('sgx', { collateral: { signerChain } })).toBe('UpToDate')
  })
  attack(
    'signer/key-usage',
    'a signer whose key is for certificates',
    signer({ extensions: [usage('issuer'), authority(false)] }),
  )
  attack('signer/role', 'TCB info signed by the key of a platform', signer({ subject: 'Intel SGX PCK Certificate' }))
  attack('signer/not-yet-valid', 'a signer of the future', signer({ notBefore: future }))
  attack('signer/expired', 'a signer of the past', signer({ notAfter: past }))
  attack('signer/role', 'a QE identity with a signer of its own, who is none', async () => {
    const other = await issueCertificate({
      subject: 'somebody',
      issuer: 'Intel SGX Root CA',
      notBefore: past,
      notAfter: future,
      publicKey: stranger.publicKey,
      signedBy: sgx.keys.root.privateKey,
      extensions: [usage('signer'), authority(false)],
    })
    return { collateral: { qeSignerChain: (_, root) => certificateToPem(other) + root } }
  })
  it('may stand before or after its root, with a NUL at the end', async () => {
    expect(await judge('sgx', { collateral: { signerChain: (own, root) => root + own } })).toBe('UpToDate')
    expect(await judge('sgx', { collateral: { signerChain: (own, root) => `${own}${root}\0` } })).toBe('UpToDate')
  })
})

describe('revocation', () => {
  const pckCrl = (odd: NonNullable<OddCollateral['pckCrl']>): Odd => ({ collateral: { pckCrl: odd } })
  const rootCrl = (odd: NonNullable<OddCollateral['rootCrl']>): Odd => ({ collateral: { rootCrl: odd } })
  const serialOf = (bytes: Uint8Array | undefined) => toHex(readCertificate(bytes ?? new Uint8Array()).serial)
  attack('crl/missing', 'an empty list', { change: () => ({ pckCrl: new Uint8Array(0) }) })
  attack('crl/missing', 'an empty list of the root', { change: () => ({ rootCaCrl: new Uint8Array(0) }) })
  attack('crl/malformed', 'a list that is no DER', { change: () => ({ pckCrl: ascii('none') }) })
  attack('crl/malformed', 'a list cut short', { change: ({ pckCrl }) => ({ pckCrl: pckCrl.subarray(0, -20) }) })
  attack('crl/malformed', 'a byte after a list', {
    change: ({ pckCrl }) => ({ pckCrl: concat(pckCrl, Uint8Array.of(0)) }),
  })
  attack('crl/malformed', 'a list that never ends', pckCrl({ nextUpdate: undefined }))
  attack('crl/malformed', 'a list of more than a megabyte', {
    change: () => ({ pckCrl: new Uint8Array(1024 * 1024 + 1) }),
  })
  attack('crl/repeated', 'a list with an extension twice', () => {
    const twice = extension('2.5.29.20', octets(new Uint8Array(1)))
    return pckCrl({ extensions: [twice, twice] })
  })
  attack('crl/critical', 'a list with a critical extension that nobody knows', () =>
    pckCrl({ extensions: [extension('1.2.3', octets(new Uint8Array(1)), true)] }),
  )
  attack('crl/critical', 'a list of CAs alone', () =>
    pckCrl({ extensions: [extension('2.5.29.28', sequence(der(0x82, Uint8Array.of(0xff))), true)] }),
  )
  attack('crl/critical', 'a list of CAs alone, not marked critical', () =>
    pckCrl({ extensions: [extension('2.5.29.28', sequence(der(0x82, Uint8Array.of(0xff))))] }),
  )
  attack('crl/critical', 'a list of changes alone, not marked critical', () =>
    pckCrl({ extensions: [extension('2.5.29.27', octets(new Uint8Array(1)))] }),
  )
  attack('crl/critical', 'an entry of another issuer', () =>
    pckCrl({ revoked: ['01'], entryExtensions: [extension('2.5.29.29', sequence(), true)] }),
  )
  attack('crl/issuer', "the root's list in place of the CA's", { change: ({ rootCaCrl }) => ({ pckCrl: rootCaCrl }) })
  attack('crl/issuer', "the CA's list in place of the root's", {
    change: ({ pckCrl }) => ({ rootCaCrl: pckCrl }),
  })
  attack('crl/signature', 'a list signed by a stranger', () => pckCrl({ signedBy: stranger.privateKey }))
  attack('crl/signature', 'a list signed by the platform itself', () => pckCrl({ signedBy: sgx.keys.pck.privateKey }))
  attack('crl/signature', "a forged list of the root's", () => rootCrl({ signedBy: stranger.privateKey }))
  attack('crl/not-yet-valid', 'a list of the future', pckCrl({ thisUpdate: future }))
  attack('crl/expired', 'a list of the past', pckCrl({ nextUpdate: past }))
  attack('crl/expired', 'a list of the root of the past', rootCrl({ nextUpdate: past }))
  attack('crl/pck', 'a revoked platform', () => pckCrl({ revoked: ['01', serialOf(sgx.certificates[0])] }))
  attack('crl/ca', 'a revoked CA', () => rootCrl({ revoked: [serialOf(sgx.certificates[1])] }))
  attack('crl/ca', 'a root that revokes itself', () => rootCrl({ revoked: [serialOf(sgx.certificates[2])] }))
  attack('crl/signer', 'a revoked signer', async () => {
    let serial = ''
    const signerChain = (own: string, root: string) => {
      serial = serialOf(fromBase64(own.replace(/-----[^-]*-----|\n/g, '')))
      return own + root
    }
    const publicKey = stranger.publicKey
    await sgx.collateral({ signer: { publicKey }, signerChain })
    const signedBy = stranger.privateKey
    const documents = { tcbInfo: { signedBy }, qeIdentity: { signedBy } }
    return { collateral: { signer: { publicKey }, ...documents, rootCrl: { revoked: [serial] } } }
  })
  const serials = (count: number) => Array.from({ length: count }, (_, at) => `40${at.toString(16).padStart(6, '0')}`)
  attack('crl/malformed', 'a list so long that reading it would stop its reader', () =>
    pckCrl({ revoked: serials(5_000) }),
  )
  it('may be of thousands', async () => {
    expect(await judge('sgx', pckCrl({ revoked: serials(4_000) }))).toBe('UpToDate')
  })
  it('counts for the issuer of the list alone', async () => {
    const [pck, ca] = sgx.certificates.map(serialOf) as [string, string]
    const collateral = { pckCrl: { revoked: [ca] }, rootCrl: { revoked: [pck] } }
    expect(await judge('sgx', { collateral })).toBe('UpToDate')
  })
})

describe.each([
  ['tcb-info', 'tcbInfo'],
  ['qe-identity', 'qeIdentity'],
] as const)('%s', (family, member) => {
  const odd = (document: NonNullable<OddCollateral['tcbInfo']>): Odd => ({ collateral: { [member]: document } })
  attack(`${family}/envelope`, 'nothing', { change: () => ({ [member]: new Uint8Array(0) }) })
  attack(`${family}/envelope`, 'a byte after the document', odd({ wire: (wire) => `${wire}}` }))
  attack(`${family}/envelope`, 'a third member', odd({ wire: (wire) => wire.replace(/}$/, ',"more":1}') }))
  attack(`${family}/envelope`, 'an array', odd({ wire: (wire) => `[${wire}]` }))
  attack(
    `${family}/envelope`,
    'a signature that is a number',
    odd({ wire: (wire) => wire.replace(/"[0-9a-f]{128}"/, '1') }),
  )
  attack(`${family}/envelope`, 'a document that never ends', odd({ wire: (wire) => wire.slice(0, -200) }))
  attack(
    `${family}/envelope`,
    'a document nested a thousand deep',
    odd({ wire: (wire) => wire.replace('{"', `{"x":${'['.repeat(1000)},"`) }),
  )
  attack(
    `${family}/envelope`,
    'more names than any document has, each of which costs time',
    odd({ wire: (wire) => wire.replace('{"', `{"x":{${'"":0,'.repeat(16_384)}"":0},"`) }),
  )
  attack(`${family}/signature-form`, 'half a signature', odd({ signature: (hex) => hex.slice(2) }))
  attack(`${family}/signature-form`, 'a signature followed by something', odd({ signature: (hex) => `${hex}zz` }))
  attack(`${family}/signature`, 'a signature of a stranger', () => odd({ signedBy: stranger.privateKey }))
  attack(
    `${family}/signature`,
    'a space that was not signed',
    odd({ wire: (wire) => wire.replace('"version":', '"version": ') }),
  )
  attack(
    `${family}/signature`,
    'another date than was signed',
    odd({ wire: (wire) => wire.replace('"nextUpdate":"2026', '"nextUpdate":"2099') }),
  )
  attack(
    `${family}/repeated`,
    'a name twice, once escaped',
    odd({ text: (text) => text.replace('{', '{"\\u0069d":"x",') }),
  )
  attack(
    `${family}/repeated`,
    'a name twice, deep inside',
    odd({
      text: (text) =>
        text.replace('{"isvsvn"', '{"pcesvn":0,"isvsvn":9,"isvsvn"').replace('"pcesvn":13', '"pcesvn":0,"pcesvn":13'),
    }),
  )
  attack(`${family}/malformed`, 'no end', odd({ object: ({ nextUpdate: _, ...rest }) => rest }))
  attack(`${family}/malformed`, 'an end that is never', odd({ object: (all) => ({ ...all, nextUpdate: 'never' }) }))
  attack(`${family}/malformed`, 'an end that is a year', odd({ object: (all) => ({ ...all, nextUpdate: '2099' }) }))
  attack(
    `${family}/malformed`,
    'an end that does not exist',
    odd({ object: (all) => ({ ...all, nextUpdate: '2099-02-30T00:00:00Z' }) }),
  )
  attack(`${family}/malformed`, 'no levels', odd({ object: (all) => ({ ...all, tcbLevels: [] }) }))
  attack(`${family}/malformed`, 'levels that are no list', odd({ object: (all) => ({ ...all, tcbLevels: {} }) }))
  attack(`${family}/malformed`, 'a level that is no object', odd({ object: (all) => ({ ...all, tcbLevels: [null] }) }))
  attack(
    `${family}/malformed`,
    'a status that nobody knows',
    odd({ object: firstLevel(() => ({ tcbStatus: 'Fine' })) }),
  )
  attack(`${family}/malformed`, 'no status', odd({ object: firstLevel(() => ({ tcbStatus: undefined })) }))
  attack(
    `${family}/malformed`,
    'advisories that are no names',
    odd({ object: firstLevel(() => ({ advisoryIDs: [1] })) }),
  )
  attack(
    `${family}/malformed`,
    'a word that is no JSON',
    odd({ text: (text) => text.replace(/"version":\d/, '"version":nothing') }),
  )
  attack(
    `${family}/malformed`,
    'a number with a leading zero',
    odd({ text: (text) => text.replace(/"version":/, '"version":0') }),
  )
  attack(
    `${family}/repeated`,
    'two levels of the same numbers',
    odd({
      object: (all) => ({ ...all, tcbLevels: [levelsOf(all)[0], { ...levelsOf(all)[0], tcbStatus: 'OutOfDate' }] }),
    }),
  )
  attack(`${family}/version`, 'a version of the future', odd({ object: (all) => ({ ...all, version: 4 }) }))
  attack(`${family}/kind`, 'the document of the other TEE', () =>
    odd({
      object: (all) =>
        member === 'tcbInfo'
          ? {
              ...all,
              id: 'TDX',
              tdxModule: signedByIntel,
              tcbLevels: levelsOf(all).map((level) => ({ ...level, tcb: withTdx(level) })),
            }
          : { ...all, id: 'TD_QE' },
    }),
  )
  attack(
    `${family}/not-yet-valid`,
    'a document of the future',
    odd({ object: (all) => ({ ...all, issueDate: '2026-06-15T12:00:01Z' }) }),
  )
  attack(
    `${family}/expired`,
    'a document of the past',
    odd({ object: (all) => ({ ...all, nextUpdate: '2026-06-15T11:59:59Z' }) }),
  )
  it('is valid to the second at both ends, and may hold what nobody knows yet', async () => {
    const edge = { issueDate: '2026-06-15T12:00:00Z', nextUpdate: '2026-06-15T12:00:00Z', more: { '1': 1, a: [null] } }
    expect(await judge('sgx', odd({ object: (all) => ({ ...all, ...edge }) }))).toBe('UpToDate')
  })
})

it('members of the future are ignored', async () => {
  const more = { future: 1, another: { of: [null] }, third: 'x' }
  const both = { tcbInfo: { object: (info: object) => ({ ...info, ...more }) } }
  expect(await judge('sgx', { collateral: both })).toBe('UpToDate')
})
