import { certificateToPem, formatPolicy, strictSgxPolicy, type SgxPolicy } from '@mse/attest'
import { encodeEvidence } from '@mse/attest/evidence'
import { createPlatform, makeEnclave } from '@mse/attest/testing'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { serve, startMachine, startPccs, type Machine } from './support/hardware.ts'
import { originalEvidence } from './support/original-evidence.ts'
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
  file(
    'policy.json',
    formatPolicy(strictSgxPolicy({ measurement: [measurement], signer: ['cd'.repeat(32)], ...change })),
  )
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

describe('every form of evidence is verified, and stdout is the verdict line', () => {
  const line = `verified sgx ${measurement}\n`

  test.each<[string, () => string]>([
    ['an evidence file with its collateral', evidenceFile],
    ['evidence.json of the original system', () => file('evidence.json', originalEvidence(machine))],
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

describe('what is refused, with an exit code of its own', () => {
  const offline = (...more: readonly string[]): readonly string[] => ['verify', evidenceFile(), '--offline', ...more]

  test('hardware of a root that is not Intel’s: nobody named it', async () => {
    world = { home, now }
    expect(await refused(...offline('--policy', policy()))).toMatchObject({ exit: 3, code: 'chain/root' })
  })

  test('a machine that is out of date, whatever else is right', async () => {
    const old = await machine.hardware.collateral({ tcbInfo: { object: outdated } })
    const target = file('old.json', encodeEvidence({ ...machine.enclave.evidence, collateral: old }))
    const { exit, code, data } = await refused('verify', target, '--offline', '--policy', policy())
    expect({ exit, code }).toEqual({ exit: 3, code: 'policy/tcb-statuses' })
    expect(data?.differences).toMatchObject([{ expected: 'UpToDate', found: 'OutOfDate' }])
  })

  test('every member of the policy that differs is listed, for programs and for people', async () => {
    const other = policy({ measurement: ['00'.repeat(32)], isvProdId: [7], fmspc: ['00'.repeat(6)] })
    const { exit, code, data } = await refused(...offline('--policy', other))
    expect({ exit, code }).toEqual({ exit: 3, code: 'policy/measurement' })
    const differing = ['policy/measurement', 'policy/isv-prod-id', 'policy/fmspc']
    expect(data?.differences?.map((one) => one.code)).toEqual(differing)
    expect(data?.checks?.filter(({ outcome }) => outcome === 'failed').map((one) => one.code)).toEqual(differing)
    const { err } = await runHere(offline('--policy', other), world)
    for (const one of differing) expect(err).toContain(`(${one})`)
  })

  test('evidence that satisfies one of two policies', async () => {
    const good = policy()
    const bad = file('other.json', formatPolicy(strictSgxPolicy({ measurement: [], signer: 'any' })))
    for (const pair of [
      [good, bad],
      [bad, good],
    ]) {
      const words = pair.flatMap((one) => ['--policy', one])
      expect(await refused(...offline(...words))).toMatchObject({ exit: 3, code: 'policy/measurement' })
    }
  })

  test('a software enclave, by a policy for hardware', async () => {
    const { evidence } = await makeEnclave(await createPlatform({ now }), { now, measurement: new Uint8Array(32) })
    const target = file('software.json', encodeEvidence(evidence))
    const found = await refused('verify', target, '--offline', '--policy', policy())
    expect(found).toMatchObject({ exit: 3, code: 'policy/platform' })
  })

  test('hardware without collateral, offline: nothing is taken for good because it was not looked at', async () => {
    const target = file('enclave.pem', certificateToPem(machine.enclave.evidence.certificate))
    const found = await refused('verify', target, '--offline', '--policy', policy())
    expect(found).toMatchObject({ exit: 1, code: 'collateral/offline' })
  })

  test('a PCCS where nobody listens', async () => {
    const target = file('enclave.pem', certificateToPem(machine.enclave.evidence.certificate))
    const found = await refused('verify', target, '--policy', policy(), '--pccs', 'https://127.0.0.1:1')
    expect(found).toMatchObject({ exit: 6, code: 'collateral/unreachable' })
  })

  test.each<[string, string, () => readonly string[]]>([
    ['a draft and a policy at once', 'usage/conflict', () => offline('--policy', policy(), '--write-policy', 'x')],
    ['an answer demanded of a file', 'usage/conflict', () => offline('--policy', policy(), '--fresh')],
    ['a day that is no date', 'usage/bad-value', () => offline('--policy', policy(), '--at', 'yesterday')],
    ['a day that does not exist', 'usage/bad-value', () => offline('--policy', policy(), '--at', '2025-13-01')],
    ['a day to come', 'usage/bad-value', () => offline('--policy', policy(), '--at', '2999-01-01')],
    ['a policy that is not there', 'policy/malformed', () => offline('--policy', 'nowhere.json')],
  ])('%s: %s', async (_, code, words) => {
    expect(await refused(...words())).toMatchObject({ exit: 2, code })
  })
})

/** TCB info in which this machine is at a level that Intel calls out of date. */
function outdated(document: Readonly<Record<string, unknown>>): unknown {
  const levels = document['tcbLevels'] as readonly object[]
  return { ...document, tcbLevels: levels.map((level) => ({ ...level, tcbStatus: 'OutOfDate' })) }
}

describe('without a policy there are facts and no verdict: exit 2', () => {
  test('they are those that a policy asks for, and nothing is on stdout', async () => {
    const { code, out, err } = await runHere(['verify', evidenceFile(), '--offline'], world)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    for (const fact of [`measurement ${measurement}`, 'isv_prod_id 0', 'debug false', 'fmspc 00806f050000']) {
      expect(err).toContain(fact)
    }
    const { code: error, data } = await refused('verify', evidenceFile(), '--offline')
    expect(error).toBe('policy/required')
    expect(data?.facts).toMatchObject({ platform: 'sgx', measurement, tcb: { status: 'UpToDate' } })
  })

  test('a draft names what was found; who has read it verifies with it', async () => {
    const words = ['verify', evidenceFile(), '--offline', '--write-policy', 'draft.json']
    expect(await refused(...words)).toMatchObject({ exit: 2, code: 'policy/required' })
    expect((await runHere(['verify', 'evidence.json', '--offline', '--policy', 'draft.json'], world)).code).toBe(0)
    expect(await refused(...words)).toMatchObject({ exit: 2, code: 'usage/output' })
  })

  test('a draft accepts no weak machine, though the machine was found weak', async () => {
    const old = await machine.hardware.collateral({ tcbInfo: { object: outdated } })
    const target = file('old.json', encodeEvidence({ ...machine.enclave.evidence, collateral: old }))
    await runHere(['verify', target, '--offline', '--write-policy', 'draft.json'], world)
    expect(JSON.parse(readFileSync(join(home, 'draft.json'), 'utf8'))).toMatchObject({
      debug: 'refused',
      tcb_statuses: ['UpToDate'],
    })
    const found = await refused('verify', target, '--offline', '--policy', 'draft.json')
    expect(found).toMatchObject({ exit: 3, code: 'policy/tcb-statuses' })
  })
})

describe('time', () => {
  test('collateral that ends in three days is warned of, and still good', async () => {
    world = { ...world, now: new Date(now.getTime() + 26 * day) }
    const { code, out } = await verify(evidenceFile(), '--offline', '--json')
    expect(code).toBe(0)
    expect((JSON.parse(out) as Envelope).warnings.join('\n')).toContain('lapses on')
  })

  test('collateral that has ended is refused; as of the day when it was good it is judged, and that is said first', async () => {
    world = { ...world, now: new Date(now.getTime() + 60 * day) }
    const lapsed = await refused('verify', evidenceFile(), '--offline', '--policy', policy())
    expect(lapsed).toMatchObject({ exit: 3, code: 'crl/expired' })
    const at = new Date(now.getTime() + day).toISOString().slice(0, 10)
    const { code, out } = await verify(evidenceFile(), '--offline', '--at', at)
    expect({ code, out }).toEqual({ code: 0, out: `as of ${at}T00:00:00.000Z: verified sgx ${measurement}\n` })
  })
})

describe('an enclave that lives', () => {
  let server: Awaited<ReturnType<typeof serve>> | undefined
  afterEach(async () => {
    await server?.stop()
    server = undefined
  })

  test('is judged as of now and of no other day', async () => {
    server = await serve(machine.enclave, true)
    const found = await refused('verify', server.url, '--policy', policy(), '--at', '2025-06-23', ...pccs.words)
    expect(found).toMatchObject({ exit: 2, code: 'usage/conflict' })
  })

  test('of other software knows no challenge: that is said, and refused where an answer is demanded', async () => {
    server = await serve(machine.enclave, false)
    const { code, out } = await verify(server.url, '--json', ...pccs.words)
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ data: { fresh: false }, warnings: expect.arrayContaining([silent]) })
    const found = await refused('verify', server.url, '--policy', policy(), '--fresh', ...pccs.words)
    expect(found).toMatchObject({ exit: 3, code: 'fresh/unanswered' })
  })

  test('that answers a challenge with a quote of another enclave is refused, demanded or not', async () => {
    const other = await makeEnclave(machine.hardware, { now, measurement: new Uint8Array(32), scheme: 'Cosmian' })
    server = await serve({ ...other, tlsKey: machine.enclave.tlsKey, evidence: machine.enclave.evidence }, true)
    const found = await refused('verify', server.url, '--policy', policy(), ...pccs.words)
    expect(found).toMatchObject({ exit: 3, code: 'fresh/mismatch' })
  })

  test('that is called by a name that is not in its certificate: that is said', async () => {
    server = await serve(machine.enclave, true)
    const url = server.url.replace('127.0.0.1', 'localhost')
    const { out } = await verify(url, '--json', ...pccs.words)
    const { warnings } = JSON.parse(out) as Envelope
    expect(warnings.filter((text) => text.includes('not for localhost'))).toHaveLength(1)
  })

  test('and is a software enclave has to answer', async () => {
    const platform = await createPlatform({ now })
    const enclave = await makeEnclave(platform, { now, measurement: new Uint8Array(32).fill(0xab) })
    server = await serve(enclave, false)
    const software = { platform: 'software', softwareRoots: [platform.rootKeyHash], debug: 'refused' } as const
    const asked = file('policy.json', formatPolicy({ ...software, measurement: [measurement], signer: 'any' }))
    const found = await refused('verify', server.url, '--policy', asked, '--offline')
    expect(found).toMatchObject({ exit: 3, code: 'fresh/unanswered' })
  })
})

const silent = 'it answers no challenge: that it lives now is known by its key alone'
