import { beforeAll, describe, expect, it } from 'vitest'
import { toHex } from '../bytes.ts'
import { toBase64 } from '../base64.ts'
import { createPccs, createPcs, type Collateral, type Evaluation, type Fetch } from '../index.ts'
import { exampleCollateral, exampleNeed } from '../testing/index.ts'

const issued = new Date('2026-06-15T12:00:00Z')
const tdx = { ...exampleNeed, tee: 'tdx' } as const
let collateral: Collateral
beforeAll(async () => {
  collateral = await exampleCollateral({ issued })
})

type Answer = [body: Uint8Array | string, headers?: Readonly<Record<string, string>>, status?: number]

/** The answers of a service, by the part of the address that tells them apart. */
function answers(change: Readonly<Record<string, Answer>> = {}): Record<string, Answer> {
  const of = (name: string, chain: string): Record<string, string> => ({ [name]: encodeURIComponent(chain) })
  return {
    '/tcb?': [collateral.tcbInfo, of('TCB-Info-Issuer-Chain', collateral.tcbInfoIssuerChain)],
    '/qe/identity': [collateral.qeIdentity, of('SGX-Enclave-Identity-Issuer-Chain', collateral.qeIdentityIssuerChain)],
    '/pckcrl?': [collateral.pckCrl, of('SGX-PCK-CRL-Issuer-Chain', collateral.pckCrlIssuerChain)],
    RootCA: [collateral.rootCaCrl],
    '/rootcacrl': [toHex(collateral.rootCaCrl)],
    ...change,
  }
}

/** A fetch that writes down what it is asked. */
function serve(given: Readonly<Record<string, Answer>>, asked: string[] = []): Fetch {
  return async (url, { signal }) => {
    signal.throwIfAborted()
    asked.push(url)
    const found = Object.entries(given).find(([part]) => url.includes(part))
    if (found === undefined) throw new TypeError('nothing is there')
    const [body, headers = {}, status = 200] = found[1]
    return new Response(body as BodyInit, { status, headers })
  }
}

const pcs = (change?: Readonly<Record<string, Answer>>, evaluation?: Evaluation): Promise<Collateral> =>
  createPcs({ fetch: serve(answers(change)), ...(evaluation === undefined ? {} : { evaluation }) }).collect(exampleNeed)

describe('PCS', () => {
  it('is asked for four things, and their bytes stay as they are', async () => {
    const asked: string[] = []
    const source = createPcs({ fetch: serve(answers(), asked) })
    expect(await source.collect(exampleNeed)).toEqual(collateral)
    expect(asked.sort()).toEqual([
      'https://api.trustedservices.intel.com/sgx/certification/v4/pckcrl?ca=processor&encoding=der',
      'https://api.trustedservices.intel.com/sgx/certification/v4/qe/identity',
      'https://api.trustedservices.intel.com/sgx/certification/v4/tcb?fmspc=00906ed50000',
      'https://certificates.trustedservices.intel.com/IntelSGXRootCA.der',
    ])
  })

  it('keeps bytes that JSON.stringify would not write', async () => {
    const odd = new TextDecoder().decode(collateral.tcbInfo).replace(':', ' :\t').replace('SGX', '\\u0053GX')
    const [, headers = {}] = answers()['/tcb?'] as Answer
    const { tcbInfo } = await pcs({ '/tcb?': [odd, headers] })
    expect(new TextDecoder().decode(tcbInfo)).toBe(odd)
  })

  it.each<[Evaluation, string]>([
    ['early', 'update=early'],
    ['standard', 'update=standard'],
    [17, 'tcbEvaluationDataNumber=17'],
  ])('is asked for TCB info and identity of one edition: %s', async (evaluation, query) => {
    const asked: string[] = []
    await createPcs({ fetch: serve(answers(), asked), evaluation, baseUrl: 'https://mirror/' }).collect(tdx)
    expect(asked.filter((url) => url.includes('=')).sort()).toEqual([
      'https://mirror/sgx/certification/v4/pckcrl?ca=processor&encoding=der',
      `https://mirror/tdx/certification/v4/qe/identity?${query}`,
      `https://mirror/tdx/certification/v4/tcb?fmspc=00906ed50000&${query}`,
    ])
  })
})

describe('PCCS', () => {
  it.each([
    ['https://pccs:8081', 'https://pccs:8081/sgx/certification/v4/rootcacrl'],
    ['https://pccs:8081/', 'https://pccs:8081/sgx/certification/v4/rootcacrl'],
    ['https://pccs:8081/sgx/certification/v3/', 'https://pccs:8081/sgx/certification/v3/rootcacrl'],
    ['https://pccs/cache/sgx/certification/v4', 'https://pccs/cache/sgx/certification/v4/rootcacrl'],
  ])('of address %s has the list of the root at %s', async (url, expected) => {
    const asked: string[] = []
    expect(await createPccs({ fetch: serve(answers(), asked), url }).collect(exampleNeed)).toEqual(collateral)
    expect(asked).toContain(expected)
    expect(asked).toHaveLength(4)
  })

  it('of interface v3 has nothing about TDX', async () => {
    const source = createPccs({ fetch: serve(answers()), url: 'https://pccs/sgx/certification/v3' })
    await expect(source.collect(tdx)).rejects.toMatchObject({ code: 'collateral/not-found' })
  })
})

describe('takes', () => {
  it.each(['TCB-Info-Issuer-Chain', 'SGX-TCB-Info-Issuer-Chain'])('the chain from the header %s', async (name) => {
    const headers = { [name]: encodeURIComponent(collateral.tcbInfoIssuerChain) }
    expect(await pcs({ '/tcb?': [collateral.tcbInfo, headers] })).toEqual(collateral)
  })

  it.each<[string, (der: Uint8Array) => string]>([
    ['hexadecimal', toHex],
    ['hexadecimal in capitals, with a line end', (der) => `${toHex(der).toUpperCase()}\n`],
    ['PEM', (der) => `-----BEGIN X509 CRL-----\n${toBase64(der)}\n-----END X509 CRL-----\n`],
    [
      'PEM of many lines',
      (der) => `-----BEGIN X509 CRL-----\r\n${toBase64(der).replaceAll(/.{64}/g, '$&\r\n')}-----END X509 CRL-----\r\n`,
    ],
  ])('revocation lists in %s', async (_, encode) => {
    const [, headers = {}] = answers()['/pckcrl?'] as Answer
    const change = {
      '/pckcrl?': [encode(collateral.pckCrl), headers] as Answer,
      RootCA: [encode(collateral.rootCaCrl)] as Answer,
    }
    expect(await pcs(change)).toEqual(collateral)
  })
})

describe('refuses', () => {
  it.each([
    [404, 'not-found'],
    [461, 'not-found'],
    [462, 'not-found'],
    [410, 'withdrawn'],
    [429, 'throttled'],
    [400, 'refused'],
    [401, 'refused'],
    [304, 'refused'],
    [460, 'unavailable'],
    [500, 'unavailable'],
    [503, 'unavailable'],
  ])('status %i: %s', async (status, word) => {
    const body = status === 304 ? '' : 'no'
    const answer: Answer = [body, { 'Retry-After': '7' }, status]
    const refusal = { code: `collateral/${word}`, found: `HTTP ${status}, Retry-After 7` }
    const broken: Fetch = async (url, options) =>
      url.includes('/tcb?') && status === 304
        ? { status, headers: new Headers({ 'Retry-After': '7' }), body: null }
        : serve(answers({ '/tcb?': answer }))(url, options)
    await expect(createPcs({ fetch: broken }).collect(exampleNeed)).rejects.toMatchObject(refusal)
  })

  it.each<[string, Readonly<Record<string, Answer>>]>([
    ['a TCB info that is a page of a hotel', { '/tcb?': ['<html>', { 'TCB-Info-Issuer-Chain': 'x' }] }],
    ['a TCB info without a signature', { '/tcb?': ['{"tcbInfo":{}}', { 'TCB-Info-Issuer-Chain': 'x' }] }],
    ['a TCB info that is not UTF-8', { '/tcb?': [Uint8Array.of(0x7b, 0xff, 0x7d), {}] }],
    ['an identity in place of the TCB info', { '/tcb?': ['{"enclaveIdentity":{},"signature":""}', {}] }],
    ['an identity that is null', { '/qe/identity': ['{"enclaveIdentity":null,"signature":""}', {}] }],
    ['a revocation list cut short', { RootCA: [Uint8Array.of(0x30, 0x10, 0x02)] }],
    ['a revocation list that is text', { RootCA: ['3082zz'] }],
    [
      'a revocation list that is a certificate in PEM',
      { RootCA: ['-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----'] },
    ],
    ['an empty revocation list', { RootCA: [''] }],
  ])('%s', async (_, change) => {
    await expect(pcs(change)).rejects.toMatchObject({ code: 'collateral/malformed' })
  })

  it.each<[string, Readonly<Record<string, string>>]>([
    ['no header', {}],
    ['an empty one', { 'TCB-Info-Issuer-Chain': '' }],
    ['one that is no PEM', { 'TCB-Info-Issuer-Chain': 'hello' }],
    ['a lone per cent', { 'TCB-Info-Issuer-Chain': '%' }],
  ])('a chain in %s', async (_, headers) => {
    await expect(pcs({ '/tcb?': [collateral.tcbInfo, headers] })).rejects.toMatchObject({
      code: 'collateral/malformed',
    })
  })

  it.each(['/tcb?', '/qe/identity'])('another evaluation number at %s than the one asked for', async (part) => {
    const { tcbInfo, qeIdentity } = await exampleCollateral({ issued, tcbEvaluationDataNumber: 18 })
    const [, headers = {}] = answers()[part] as Answer
    const change = { [part]: [part === '/tcb?' ? tcbInfo : qeIdentity, headers] as Answer }
    const refusal = { code: 'collateral/evaluation-number', expected: '17', found: '18' }
    await expect(pcs(change, 17)).rejects.toMatchObject(refusal)
    await expect(pcs(change)).resolves.toBeDefined()
  })

  it.each(['/tcb?', '/qe/identity', '/pckcrl?', 'RootCA'])('an endless answer at %s, unread', async (part) => {
    let sent = 0
    let cancelled = false
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1
        controller.enqueue(new Uint8Array(64 * 1024).fill(0x20))
      },
      cancel() {
        cancelled = true
      },
    })
    const ask: Fetch = async (url, options) =>
      url.includes(part) ? new Response(endless) : serve(answers())(url, options)
    await expect(createPcs({ fetch: ask }).collect(exampleNeed)).rejects.toMatchObject({ code: 'collateral/too-large' })
    expect(cancelled).toBe(true)
    expect(sent).toBeLessThan(40)
  })

  it('a body that breaks off', async () => {
    const breaking = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new Error('broken'))
      },
    })
    const ask: Fetch = async (url, options) =>
      url.includes('/tcb?') ? new Response(breaking) : serve(answers())(url, options)
    await expect(createPcs({ fetch: ask }).collect(exampleNeed)).rejects.toMatchObject({
      code: 'collateral/unreachable',
    })
  })
})

it('the fetch of the platform fits', () => {
  const fits: Fetch = globalThis.fetch
  expect(fits).toBeTypeOf('function')
})

it('nobody there is unreachable, and the other requests are given up', async () => {
  const signals: AbortSignal[] = []
  const ask: Fetch = async (url, { signal }) => {
    signals.push(signal)
    if (url.includes('/tcb?')) throw new TypeError('fetch failed')
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('given up'))))
  }
  await expect(createPcs({ fetch: ask }).collect(exampleNeed)).rejects.toMatchObject({ code: 'collateral/unreachable' })
  expect(signals).toHaveLength(4)
  expect(signals.every(({ aborted }) => aborted)).toBe(true)
})

it('what the network calls it is passed on', async () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  for (const error of [refused, new TypeError('fetch failed', { cause: refused })]) {
    const ask: Fetch = async () => {
      throw error
    }
    const refusal = { code: 'collateral/unreachable', found: 'ECONNREFUSED', cause: error }
    await expect(createPcs({ fetch: ask }).collect(exampleNeed)).rejects.toMatchObject(refusal)
  }
})

it('an abort of the caller is thrown as it is', async () => {
  const controller = new AbortController()
  const reason = new Error('enough')
  const ask: Fetch = async (_, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new TypeError('torn down'))))
  const collected = createPcs({ fetch: ask }).collect(exampleNeed, controller.signal)
  controller.abort(reason)
  await expect(collected).rejects.toBe(reason)
})
