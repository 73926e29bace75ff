import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex } from './bytes.ts'
import {
  attack,
  evaluate,
  judge,
  levelsOf,
  now,
  qeIdentity,
  sgx,
  status,
  tcbInfo,
  type Json,
  type Odd,
} from './testing/attack.test-case.ts'
import { boolean, sequence } from './testing/der-writer.ts'
import {
  authority,
  createHardware,
  crlNumber,
  extension,
  hardwareVersions,
  pckExtension,
  usage,
} from './testing/index.ts'
import { readCertificate } from './x509/certificate.ts'
import { readDer } from './x509/der.ts'

// Genuine evidence in its less usual forms, and what stands close beside it.

const [pck] = sgx.certificates as readonly [Uint8Array, ...Uint8Array[]]
const one = new Uint8Array(48).fill(1)
/** SEPT_VE_DISABLE and MIGRATABLE. */
const migratable = Uint8Array.of(0, 0, 0, 0x30, 0, 0, 0, 0)

/** The same in the form of the PCS API's version 3. */
function toVersion2({ id: _, tdxModule: __, tdxModuleIdentities: ___, ...info }: Json): object {
  const levels = levelsOf(info).map(({ tcb, ...level }) => {
    const { sgxtcbcomponents, pcesvn } = tcb as { sgxtcbcomponents: readonly { svn: number }[]; pcesvn: number }
    const named = sgxtcbcomponents.map(({ svn }, at) => [`sgxtcbcomp${String(at + 1).padStart(2, '0')}svn`, svn])
    return { ...level, tcb: { ...Object.fromEntries(named), pcesvn } }
  })
  return { ...info, version: 2, tcbLevels: levels }
}

const svn = (...bytes: number[]) => concat(Uint8Array.from(bytes), new Uint8Array(16 - bytes.length))
const modules = (...ids: readonly (readonly [id: string, tcbStatus: string])[]) =>
  tcbInfo((info) => {
    const [module] = info['tdxModuleIdentities'] as readonly Json[]
    return {
      ...info,
      tdxModuleIdentities: ids.map(([id, tcbStatus]) => ({
        ...module,
        id,
        tcbLevels: [{ tcb: { isvsvn: 0 }, tcbDate: '2026-02-11T00:00:00Z', tcbStatus }],
      })),
    }
  })

describe('signatures', () => {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const hex = (bytes: Uint8Array) => BigInt(`0x${toHex(bytes)}`)
  const bytes = (number: bigint) => fromHex(number.toString(16).padStart(64, '0'))
  /** Changes s of the signature of a version 3 quote. */
  const withS = (change: (s: bigint) => bigint) => (quote: Uint8Array) =>
    concat(quote.subarray(0, 468), bytes(change(hex(quote.subarray(468, 500)))), quote.subarray(500))

  it('may have either of the two values of s', async () => {
    expect(await judge('sgx', { bytes: withS((s) => order - s) })).toBe('UpToDate')
    expect(await judge('sgx', { bytes: withS((s) => s) })).toBe('UpToDate')
  })
  attack('quote/signature', 's of zero', { bytes: withS(() => 0n) })
  attack('quote/signature', 's of the order of the group', { bytes: withS(() => order) })
  attack('quote/signature', 's beyond the order of the group', { bytes: withS((s) => (s + order) % 2n ** 256n) })
  attack('quote/signature', 'r of zero', {
    bytes: (quote) => concat(quote.subarray(0, 436), new Uint8Array(32), quote.subarray(468)),
  })
})

describe('what follows', () => {
  it.each(['sgx', 'tdx'] as const)('a quote of %s may be zeroes', async (tee) => {
    expect(await judge(tee, { quote: { trailing: new Uint8Array(3000) } })).toBe('UpToDate')
  })
  attack('quote/trailing', 'a second quote', { bytes: (quote) => concat(quote, quote) })
  attack('quote/trailing', 'one byte after the padding of a TD', { quote: { trailing: svn(0, 0, 1) } }, 'tdx')
})

describe('the PCK certificate', () => {
  const withPck = async (extensions: readonly Uint8Array[]): Promise<Odd> => ({
    on: await createHardware({ now, tee: 'sgx', odd: { pck: { extensions } } }),
  })
  const described = pckExtension(new Uint8Array(32), hardwareVersions)

  it('may mark what it says of its platform as critical, since that is read', async () => {
    const [oid, value] = readDer(described).children.map((child) => child.bytes) as [Uint8Array, Uint8Array]
    const critical = sequence(oid, boolean(true), value)
    expect(await judge('sgx', await withPck([usage('signer'), authority(false), critical]))).toBe('UpToDate')
  })
  it('may leave out that it is no CA', async () => {
    expect(await judge('sgx', await withPck([usage('signer'), described]))).toBe('UpToDate')
  })
  attack('chain/key-usage', 'a PCK certificate that does not say what its key is for', async () =>
    withPck([authority(false), described]),
  )
  attack('chain/critical', 'name constraints, which nobody here follows', async () =>
    withPck([usage('signer'), described, extension('2.5.29.30', sequence(), true)]),
  )
  it('of the Processor CA names no platform instance, of the Platform CA it does', async () => {
    const processor = await createHardware({ now, tee: 'sgx', ca: 'processor' })
    expect(await judge('sgx', { on: processor })).toBe('UpToDate')
    expect(await judge('sgx', { on: sgx })).toBe('UpToDate')
  })
  it.each([0, 65_535])('may have PCESVN %i', async (pceSvn) => {
    const on = await createHardware({ now, tee: 'sgx', pck: { ...hardwareVersions, pceSvn } })
    const verdict = judge('sgx', { on })
    await (pceSvn === 0
      ? expect(verdict).rejects.toMatchObject({ code: 'tcb/level' })
      : expect(verdict).resolves.toBe('UpToDate'))
  })
})

describe('the quoting enclave', () => {
  const levels = (...given: readonly (readonly [isvsvn: number, tcbStatus: string])[]) =>
    qeIdentity((identity) => ({
      ...identity,
      tcbLevels: given.map(([isvsvn, tcbStatus]) => ({ tcb: { isvsvn }, tcbDate: '2026-02-11T00:00:00Z', tcbStatus })),
    }))
  const mixed = levels([5, 'OutOfDate'], [1, 'Revoked'], [8, 'UpToDate'])
  it.each([
    [9, 'UpToDate'],
    [8, 'UpToDate'],
    [7, 'OutOfDate'],
    [5, 'OutOfDate'],
  ])('of version %i is %s, however its levels are ordered', async (isvSvn, expected) => {
    expect(await judge('sgx', { ...mixed, qe: { report: { isvSvn } } })).toBe(expected)
  })
  attack('tcb/revoked', 'a version of a revoked level between others', { ...mixed, qe: { report: { isvSvn: 4 } } })
  attack('quote/qe-level', 'a version below every level', { ...mixed, qe: { report: { isvSvn: 0 } } })
  attack('qe-identity/malformed', 'a status that only platforms have', levels([8, 'SWHardeningNeeded']))
  it.each([0, 1, 65_000])('may bring %i bytes of authentication data', async (length) => {
    expect(await judge('sgx', { qe: { authentication: new Uint8Array(length) } })).toBe('UpToDate')
  })
})

describe('the TDX module', () => {
  it.each([2, 3, 4] as const)('is found by its version in a body of type %i', async (type) => {
    const odd = { ...modules(['TDX_03', 'UpToDate'], ['TDX_01', 'OutOfDate']), type, td: { teeTcbSvn: svn(1, 3, 3) } }
    expect(await judge('tdx', odd)).toBe('UpToDate')
  })
  it('may be spelt in lower case', async () => {
    const odd = { ...modules(['tdx_0a', 'UpToDate']), td: { teeTcbSvn: svn(1, 10, 3) } }
    expect(await judge('tdx', odd)).toBe('UpToDate')
  })
  it('that runs now may be of another version than the one that launched', async () => {
    const odd = {
      ...modules(['TDX_01', 'OutOfDate'], ['TDX_02', 'UpToDate']),
      td: { teeTcbSvn: svn(1, 1, 3), teeTcbSvn2: svn(1, 2, 3) },
    }
    expect(await judge('tdx', { ...odd, type: 3 })).toBe('TDRelaunchAdvised')
  })
  attack(
    'tcb/revoked',
    'a module that runs now and is revoked',
    {
      ...modules(['TDX_01', 'UpToDate'], ['TDX_02', 'Revoked']),
      td: { teeTcbSvn: svn(1, 1, 3), teeTcbSvn2: svn(1, 2, 3) },
      type: 3,
    },
    'tdx',
  )
  it('that was up to date at launch and fell behind says nothing of a launch', async () => {
    const odd = { td: { teeTcbSvn: svn(5, 1, 3), teeTcbSvn2: svn(2, 1, 3) }, type: 3 } as const
    expect(await judge('tdx', odd)).toBe('UpToDate')
  })
  it('is not to be launched again where the quoting enclave is old', async () => {
    const odd = { td: { teeTcbSvn: svn(4, 1, 3), teeTcbSvn2: svn(5, 1, 3) }, type: 3 } as const
    expect(await judge('tdx', { ...odd, qe: { report: { isvSvn: 7 } } })).toBe('OutOfDate')
  })
  it.each([
    ['policy/mrservicetd', 'a service domain that may migrate it', { type: 3, td: { mrservicetd: one } }],
    ['policy/td-attributes', 'a domain that can be migrated', { td: { tdAttributes: migratable } }],
  ] as const)('%s: %s', async (code, _, odd) => {
    await expect(judge('tdx', odd)).rejects.toMatchObject({ code })
  })
})

describe('TCB info', () => {
  it('of version 2 is read, and its status told, for a policy that names it', async () => {
    const verdict = judge('sgx', tcbInfo(toVersion2))
    await expect(verdict).rejects.toMatchObject({ code: 'policy/tcb-info-versions' })
  })
  attack('tcb-info/kind', 'version 2, which is of SGX, for a TD', tcbInfo(toVersion2), 'tdx')
  attack(
    'tcb-info/malformed',
    'version 2 with the components of version 3',
    tcbInfo((info) => ({ ...info, version: 2 })),
  )
  it('of a lower number than the identity decides what number there is', async () => {
    const odd = tcbInfo((info) => ({ ...info, tcbEvaluationDataNumber: 17 }))
    expect((await evaluate('sgx', odd))?.evaluationNumber).toBe(17)
  })
  it('may have many levels of which none but the last fits', async () => {
    const odd = tcbInfo((info) => {
      const [first, last] = levelsOf(info)
      const above = Array.from({ length: 40 }, (_, at) => ({
        ...first,
        tcb: { ...(first?.['tcb'] as object), pcesvn: 100 + at },
      }))
      return { ...info, tcbLevels: [last, ...above] }
    })
    expect(await judge('sgx', odd)).toBe('OutOfDate')
  })
  it.each(['SWHardeningNeeded', 'ConfigurationNeeded', 'OutOfDateConfigurationNeeded'])('may say %s', async (word) => {
    expect(await judge('sgx', status(word))).toBe(word)
  })
})

describe('revocation lists', () => {
  it('may have entries without a reason, and a large number', async () => {
    const pckCrl = { revoked: ['01', '00ff'], entryExtensions: [], extensions: [crlNumber(2 ** 48)] }
    expect(await judge('sgx', { collateral: { pckCrl } })).toBe('UpToDate')
  })
  attack('crl/pck', 'a revocation without a reason', () => ({
    collateral: { pckCrl: { revoked: [toHex(readCertificate(pck).serial)], entryExtensions: [] } },
  }))
  attack('crl/malformed', 'a negative serial number', { collateral: { pckCrl: { revoked: ['ff'] } } })
  attack('crl/malformed', 'a serial number that is not minimal', { collateral: { pckCrl: { revoked: ['0001'] } } })
})
