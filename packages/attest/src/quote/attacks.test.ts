import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../bytes.ts'
import { attack, judge, now, qeIdentity, refusal, sgx, type Odd } from '../testing/attack.test-case.ts'
import { createHardware, hardwareVersions, issueCertificate, pckExtension, usage } from '../testing/index.ts'

describe('the quote', () => {
  attack('quote/tee', 'a TD in a quote of SGX', { quote: { version: 5, bodyType: 2 } })
  attack('quote/tee', 'a body of a type that nobody knows', { quote: { version: 5, bodyType: 5 } })
  attack('quote/tee', 'a TEE that nobody knows', { quote: { version: 4, teeType: 0x82 } })
  attack('quote/body-size', 'a body of another size than its type', { quote: { version: 5, bodySize: 383 } })
  attack('quote/wrapping', 'a chain where the quoting enclave should be', { quote: { version: 4, wrapping: 5 } })
  attack('quote/certification', 'certification data inside certification data', {
    quote: { version: 4, certificationType: 6 },
  })
  attack('quote/malformed', 'a quote of version 5 that ends before its body', async () => ({
    on: {
      ...sgx,
      quotingEnclave: async () => {
        const enclave = await sgx.quotingEnclave()
        return { ...enclave, quote: async (...given) => (await enclave.quote(...given)).subarray(0, 50) }
      },
    },
    quote: { version: 5 },
  }))
  attack('quote/malformed', 'a quote of more than 256 KiB', { quote: { trailing: new Uint8Array(256 * 1024) } })
  it.each([3, 4, 5])('of an enclave may be of version %i', async (version) => {
    expect(await judge('sgx', { quote: { version } })).toBe('UpToDate')
  })
  it.each([2, 3, 4] as const)('of a TD may have a body of type %i', async (type) => {
    expect(await judge('tdx', { type })).toBe('UpToDate')
  })
})

describe('the PCK certificate', () => {
  const pck = (make: () => Partial<Parameters<typeof issueCertificate>[0]>) => async (): Promise<Odd> => ({
    on: await createHardware({ now, tee: 'sgx', odd: { pck: make() } }),
  })
  const described = (fields: Parameters<typeof pckExtension>[1]) => async (): Promise<Odd> => ({
    on: await createHardware({ now, tee: 'sgx', pck: { ...hardwareVersions, ...fields } }),
  })
  attack(
    'chain/role',
    'a TCB signer that plays a platform',
    pck(() => ({ subject: 'Intel SGX TCB Signing' })),
  )
  attack(
    'chain/repeated',
    'two descriptions of one platform, for those who take the first',
    pck(() => ({
      extensions: [
        usage('signer'),
        pckExtension(new Uint8Array(32)),
        pckExtension(new Uint8Array(32), hardwareVersions),
      ],
    })),
  )
  attack(
    'pck/number',
    'a version of −1 that passes for 255',
    pck(() => {
      const whole = toHex(
        pckExtension(new Uint8Array(32), { ...hardwareVersions, components: Array.from({ length: 16 }, () => 5) }),
      )
      return { extensions: [usage('signer'), fromHex(whole.replace('020105', '0201ff'))] }
    }),
  )
  attack('pck/cpusvn', 'a CPUSVN above the versions', described({ cpuSvn: new Uint8Array(16).fill(0xff) }))
  it('may be of the Processor CA', async () => {
    const on = await createHardware({ now, tee: 'sgx', ca: 'processor' })
    expect(await judge('sgx', { on })).toBe('UpToDate')
  })
  attack('tcb-info/pceid', 'TCB info of another provisioning enclave', described({ pceId: Uint8Array.of(1, 0) }))
  attack('tcb-info/fmspc', 'TCB info of another family', described({ fmspc: new Uint8Array(6) }))
  attack('tcb/level', 'a platform older than any level', described({ pceSvn: 10 }))
  it("may not be judged by the other CA's revocation list", async () => {
    const other = await createHardware({ now, tee: 'sgx', ca: 'processor' })
    const { pckCrl } = await other.collateral()
    expect(await refusal('sgx', { change: () => ({ pckCrl }) })).toBe('crl/issuer')
  })
})

describe('the quoting enclave', () => {
  attack('quote/qe-signer', 'an enclave of somebody else that signs quotes', {
    qe: { report: { signer: new Uint8Array(32) } },
  })
  attack('quote/qe-product', 'another enclave of Intel', { qe: { report: { isvProdId: 2 } } })
  attack('quote/qe-miscselect', 'another MISCSELECT', { qe: { report: { miscSelect: Uint8Array.of(1, 0, 0, 0) } } })
  attack('quote/qe-attributes', 'a quoting enclave without its provisioning key', {
    qe: { report: { attributes: Uint8Array.of(0x05, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0) } },
  })
  attack(
    'quote/qe-attributes',
    'an identity that asks for attributes beyond its mask',
    qeIdentity((all) => ({ ...all, attributes: `15${'00'.repeat(15)}` })),
  )
  attack(
    'quote/qe-miscselect',
    'an identity that asks for a MISCSELECT beyond its mask',
    qeIdentity((all) => ({ ...all, miscselect: '01000000', miscselectMask: 'FEFFFFFF' })),
  )
  attack('quote/qe-level', 'a quoting enclave older than any level', { qe: { report: { isvSvn: 4 } } })
  attack('quote/qe-binding-rest', 'a quoting enclave that vouches for something more', {
    qe: { reportDataRest: new Uint8Array(32).fill(1) },
  })
  attack(
    'qe-identity/kind',
    'the identity of the quote verification enclave',
    qeIdentity((all) => ({ ...all, id: 'QVE' })),
  )
})
