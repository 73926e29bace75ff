import { certificateToPem, encodeEvidence, formatPolicy, strictSgxPolicy, type SgxPolicy } from '@mse/attest'
import { createPlatform, makeEnclave } from '@mse/attest/testing'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { serve, startMachine, startPccs, type Machine } from './support/hardware.ts'
import { runHere, type Printed, type World } from './support/run-here.ts'

/** `mse verify` of evidence of hardware, in every form, from a machine whose root plays Intel's. */
const now = new Date()
const day = 86_400_000
const measurement = 'ab'.repeat(32)
let machine: Machine
let pccs: Awaited<ReturnType<typeof startPccs>>
let world: World
let home: string

beforeAll(async () => {
  machine = await startMachine(now)
  pccs = await startPccs(machine, machine.collateral)
})
afterAll(() => pccs.stop())
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'mse-verify-'))
  world = { home, now, rootsForTesting: [machine.hardware.rootKeyHash] }
})
afterEach(() => rmSync(home, { recursive: true }))

const file = (name: string, content: Uint8Array | string): string => {
  writeFileSync(join(home, name), content)
  return name
}
const policy = (change: Partial<SgxPolicy> = {}): string =>
  file('policy.json', formatPolicy(strictSgxPolicy({ measurement: [measurement], signer: ['cd'.repeat(32)], ...change })))
const evidenceFile = (): string =>
  file('evidence.json', encodeEvidence({ ...machine.enclave.evidence, collateral: machine.collateral }))
const verify = (target: string, ...words: readonly string[]): Promise<Printed> =>
  runHere(['verify', target, '--policy', policy(), ...words], world)

/** Exit code and error code of a command that was refused, with everything it tells. */
async function refused(...argv: readonly string[]): Promise<Refused> {
  const { code, out } = await runHere([...argv, '--json'], world)
  const { ok, error, data } = JSON.parse(out) as Envelope
  expect(ok).toBe(false)
  return { exit: code, code: error?.code, data }
}
interface Refused {
  readonly exit: number
  readonly code: string | undefined
  readonly data: Envelope['data']
}
interface Envelope {
  readonly ok: boolean
  readonly error: { readonly code: string } | null
  readonly warnings: readonly string[]
  readonly data: {
    readonly checks?: readonly { readonly code: string; readonly outcome: string }[]
    readonly differences?: readonly { readonly code: string; readonly expected: string; readonly found: string }[]
    readonly facts?: Readonly<Record<string, unknown>>
  } | null
}

const pem = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`

/** As `mse home evidence` of the original system wrote it. */
function mseHomeEvidence(): string {
  const { enclave, collateral } = machine
  return JSON.stringify({
    input_args: {},
    ratls_certificate: certificateToPem(enclave.evidence.certificate),
    root_ca_crl: pem('X509 CRL', collateral.rootCaCrl),
    pck_platform_crl: pem('X509 CRL', collateral.pckCrl),
    tcb_info: Buffer.from(Buffer.from(collateral.tcbInfo).toString('hex')).toString('base64'),
    qe_identity: Buffer.from(collateral.qeIdentity).toString('base64'),
    tcb_cert: `${collateral.tcbInfoIssuerChain.split('-----END CERTIFICATE-----')[0]}-----END CERTIFICATE-----\n`,
    signer_pk: '',
  })
}

describe('every form of evidence is verified, and stdout is the verdict line', () => {
  const line = `verified sgx ${measurement}\n`

  test.each<[string, () => string]>([
    ['an evidence file with its collateral', evidenceFile],
    ['evidence.json of the original system', () => file('evidence.json', mseHomeEvidence())],
  ])('%s, offline', async (_, target) => {
    const { code, out } = await verify(target(), '--offline')
    expect({ code, out }).toEqual({ code: 0, out: line })
  })

  test.each<[string, () => string]>([
    ['an evidence file', () => file('evidence.json', encodeEvidence(machine.enclave.evidence))],
    ['a certificate in PEM', () => file('enclave.pem', certificateToPem(machine.enclave.evidence.certificate))],
    ['a certificate in DER', () => file('enclave.der', machine.enclave.evidence.certificate)],
    ['a raw quote', () => file('quote.dat', machine.enclave.quote)],
  ])('%s, with collateral of a pinned PCCS, and offline once that is kept', async (_, target) => {
    const first = await verify(target(), ...pccs.words)
    expect({ code: first.code, out: first.out }).toEqual({ code: 0, out: line })
    const second = await verify(target(), '--offline')
    expect({ code: second.code, out: second.out }).toEqual({ code: 0, out: line })
  })

  test('a URL: the certificate of the connection, and an answer to a fresh challenge', async () => {
    const server = await serve(machine.enclave, true)
    const { code, out, err } = await verify(server.url, '--fresh', ...pccs.words)
    expect({ code, out }).toEqual({ code: 0, out: line })
    expect(err).toContain('It answered a fresh challenge just now.')
    const { data } = JSON.parse((await verify(server.url, '--json', ...pccs.words)).out) as { data: object }
    expect(data).toMatchObject({ fresh: true, asOf: null, platform: 'sgx', tcb: { status: 'UpToDate' } })
    await server.stop()
  })

  test('people see every check, what Intel says of the machine, and what is not proved', async () => {
    const { err } = await verify(evidenceFile(), '--offline')
    expect(err).toMatch(/^ {2}passed {2}the PCK certificate is not revoked$/m)
    expect(err).toMatch(/^ {2}TCB status {2}UpToDate \(platform UpToDate, quoting enclave UpToDate\)/m)
    expect(err).toMatch(/^ {2}advisories {2}none stands open$/m)
    expect(err).toMatch(/^ {2}evaluation {2}number \d+, TCB info of version 3$/m)
    expect(err).toMatch(/^ {2}collateral {2}good until \d{4}-/m)
    expect(err).toContain("warning: not Intel's root")
  })
})

describe('what is refused', () => {
  test('hardware whose root nobody named: Intel did not make it', async () => {
    const { exit, code } = await refused('verify', evidenceFile(), '--policy', policy(), '--offline')
    expect({ exit, code }).toEqual({ exit: 0, code: undefined })
  })
})
