import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { certificateToPem, collateralExpiry, type Collateral } from '../index.ts'
import { exampleCollateral } from '../testing/index.ts'

const issued = new Date('2026-06-15T12:00:00Z')
const soon = new Date('2026-06-20T12:00:00Z')
const parts = [
  'tcbInfo',
  'tcbInfoIssuerChain',
  'qeIdentity',
  'qeIdentityIssuerChain',
  'pckCrl',
  'pckCrlIssuerChain',
  'rootCaCrl',
] as const satisfies readonly (keyof Collateral)[]

it.each(parts)('finds that %s ends first', async (part) => {
  const collateral = await exampleCollateral({ issued, ends: { [part]: soon } })
  expect(collateralExpiry(collateral)).toEqual({ part, nextUpdate: soon })
})

it.each(parts)('knows nothing when %s cannot be read', async (part) => {
  const collateral = await exampleCollateral({ issued })
  const broken = typeof collateral[part] === 'string' ? 'x' : Uint8Array.of(0x30, 0x01)
  expect(collateralExpiry({ ...collateral, [part]: broken })).toBeUndefined()
})

it.each(['2026-07-15', '2026-13-15T12:00:00Z', '2026-07-15T12:00:00+02:00', 'never', 7])(
  'does not read %s as a time',
  async (nextUpdate) => {
    const tcbInfo = new TextEncoder().encode(JSON.stringify({ tcbInfo: { nextUpdate }, signature: '' }))
    expect(collateralExpiry({ ...(await exampleCollateral({ issued })), tcbInfo })).toBeUndefined()
  },
)

it('reads a chain that ends with NUL', async () => {
  const { tcbInfoIssuerChain, ...rest } = await exampleCollateral({ issued, ends: { tcbInfoIssuerChain: soon } })
  const ended = { ...rest, tcbInfoIssuerChain: `${tcbInfoIssuerChain}\0` }
  expect(collateralExpiry(ended)).toEqual({ part: 'tcbInfoIssuerChain', nextUpdate: soon })
})

it('takes the certificate of a chain that ends first', async () => {
  const [long, short] = await Promise.all([
    exampleCollateral({ issued }),
    exampleCollateral({ issued, ends: { pckCrlIssuerChain: soon } }),
  ])
  const pckCrlIssuerChain = long.pckCrlIssuerChain + short.pckCrlIssuerChain
  expect(collateralExpiry({ ...long, pckCrlIssuerChain })).toEqual({ part: 'pckCrlIssuerChain', nextUpdate: soon })
})

const shared = process.env['MSE_SHARED']
const real = shared === undefined ? undefined : join(shared, 'data/dcap/endorsements')

it.skipIf(real === undefined || !existsSync(real))('reads the dates of real lists (set MSE_SHARED)', async () => {
  const names = readdirSync(real as string).filter((name) => name.startsWith('crl-'))
  const index = JSON.parse(readFileSync(join(real as string, '../INDEX.json'), 'utf8')) as {
    entries: { file: string; validity: { crl: [string, string] } }[]
  }
  const long = await exampleCollateral({ issued: new Date('2040-01-01T00:00:00Z') })
  expect(names.length).toBeGreaterThan(30)
  for (const name of names) {
    const pckCrl = Uint8Array.from(readFileSync(join(real as string, name)))
    const end = index.entries.find(({ file }) => file === `endorsements/${name}`)?.validity.crl[1]
    expect(collateralExpiry({ ...long, pckCrl }), name).toEqual({ part: 'pckCrl', nextUpdate: new Date(end as string) })
  }
})

it.skipIf(real === undefined || !existsSync(real))(
  'reads a real TCB signing certificate (set MSE_SHARED)',
  async () => {
    const long = await exampleCollateral({ issued: new Date('2040-01-01T00:00:00Z') })
    const der = readFileSync(join(real as string, '../certs/tcb-signing-2018-2025.der'))
    const tcbInfoIssuerChain = certificateToPem(der)
    const { part, nextUpdate } = collateralExpiry({ ...long, tcbInfoIssuerChain }) ?? {}
    expect([part, nextUpdate?.toISOString().slice(0, 10)]).toEqual(['tcbInfoIssuerChain', '2025-05-21'])
  },
)
