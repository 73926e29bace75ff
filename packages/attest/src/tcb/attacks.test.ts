import { describe, expect, it } from 'vitest'
import { concat } from '../bytes.ts'
import {
  attack,
  firstLevel,
  judge,
  levelsOf,
  now,
  qeIdentity,
  status,
  tcbInfo,
  withTdx,
  type Json,
  type Odd,
} from '../testing/attack.test-case.ts'
import { createHardware, hardwareVersions } from '../testing/index.ts'

const signedByIntel = { mrsigner: '00'.repeat(48), attributes: '00'.repeat(8), attributesMask: 'FF'.repeat(8) }
const svn = (...bytes: number[]) => concat(Uint8Array.from(bytes), new Uint8Array(16 - bytes.length))

describe('TCB info alone', () => {
  attack(
    'tcb-info/type',
    'levels of another type',
    tcbInfo((info) => ({ ...info, tcbType: 1 })),
  )
  const component = (change: (list: unknown[]) => unknown) =>
    tcbInfo(
      firstLevel(({ tcb }) => {
        const { sgxtcbcomponents, ...rest } = tcb as { sgxtcbcomponents: unknown[] }
        return { tcb: { ...rest, sgxtcbcomponents: change(sgxtcbcomponents) } }
      }),
    )
  attack(
    'tcb-info/malformed',
    '15 components',
    component((list) => list.slice(1)),
  )
  attack(
    'tcb-info/malformed',
    '17 components',
    component((list) => [...list, { svn: 0 }]),
  )
  attack(
    'tcb-info/malformed',
    'a component of −1',
    component((list) => [{ svn: -1 }, ...list.slice(1)]),
  )
  attack(
    'tcb-info/malformed',
    'a component of 256',
    component((list) => [{ svn: 256 }, ...list.slice(1)]),
  )
  attack(
    'tcb-info/malformed',
    'a component that is text',
    component((list) => [{ svn: '4' }, ...list.slice(1)]),
  )
  attack(
    'tcb-info/malformed',
    'a component of null',
    component((list) => [{ svn: null }, ...list.slice(1)]),
  )
  attack(
    'tcb-info/malformed',
    'FMSPC of 5 bytes',
    tcbInfo((info) => ({ ...info, fmspc: '00806F0500' })),
  )
  attack(
    'tcb-info/malformed',
    'the QE identity in its place, rightly signed',
    tcbInfo(() => ({ id: 'QE', version: 3 })),
  )
  attack(
    'tcb-info/malformed',
    'a TDX level without TDX components',
    tcbInfo(
      firstLevel(({ tcb }) => {
        const { tdxtcbcomponents: _, ...rest } = tcb as { tdxtcbcomponents: unknown }
        return { tcb: rest }
      }),
    ),
    'tdx',
  )
  attack(
    'tcb-info/malformed',
    'TCB info of TDX that does not say who signs modules of version 0',
    tcbInfo(({ tdxModule: _, ...rest }) => rest),
    'tdx',
  )
  attack(
    'tcb-info/malformed',
    'an empty list of modules',
    tcbInfo((info) => ({ ...info, tdxModuleIdentities: [] })),
    'tdx',
  )
  attack(
    'tcb-info/malformed',
    'TCB info of SGX that describes a TDX module',
    tcbInfo((info) => ({ ...info, tdxModule: signedByIntel })),
  )
  attack(
    'tcb-info/malformed',
    'TCB info of SGX with modules',
    tcbInfo((info) => ({ ...info, tdxModuleIdentities: [] })),
  )
  attack(
    'tcb-info/repeated',
    'two modules of one version',
    tcbInfo((info) => {
      const [module] = info['tdxModuleIdentities'] as readonly Json[]
      return { ...info, tdxModuleIdentities: [module, { ...module, id: 'tdx_01' }] }
    }),
    'tdx',
  )
})

describe('the TDX module', () => {
  attack('tcb/module', 'a module that Intel does not list', { td: { teeTcbSvn: svn(5, 2, 3) } }, 'tdx')
  attack(
    'tcb/module',
    'no modules at all',
    tcbInfo(({ tdxModuleIdentities: _, ...rest }) => rest),
    'tdx',
  )
  attack(
    'tcb/module',
    'a module that runs now and that Intel does not list',
    { td: { teeTcbSvn2: svn(5, 2, 3) }, type: 3 },
    'tdx',
  )
  attack('tcb/module-signer', 'a module of somebody else', { td: { mrsignerseam: new Uint8Array(48).fill(1) } }, 'tdx')
  attack(
    'tcb/module-attributes',
    'a module for debugging',
    { td: { seamAttributes: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0) } },
    'tdx',
  )
  attack(
    'tcb/module-attributes',
    'a module for debugging, which the mask leaves out',
    {
      ...tcbInfo((info) => ({
        ...info,
        tdxModuleIdentities: (info['tdxModuleIdentities'] as Json[]).map((module) => ({
          ...module,
          attributesMask: '00'.repeat(8),
        })),
      })),
      td: { seamAttributes: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0) },
    },
    'tdx',
  )
  attack(
    'tcb/module-attributes',
    'a module without attributes that it should have, which the mask leaves out',
    tcbInfo((info) => ({
      ...info,
      tdxModuleIdentities: (info['tdxModuleIdentities'] as Json[]).map((module) => ({
        ...module,
        attributes: `01${'00'.repeat(7)}`,
        attributesMask: '00'.repeat(8),
      })),
    })),
    'tdx',
  )
  attack('tcb/module-level', 'a module older than any level', { td: { teeTcbSvn: svn(1, 1, 3) } }, 'tdx')
  attack('tcb/level', 'a TD on a platform older than any level', { td: { teeTcbSvn: svn(5, 1, 1) } }, 'tdx')
  attack('tcb/level', 'a TD whose platform fell behind since', { td: { teeTcbSvn2: svn(5, 1, 1) }, type: 3 }, 'tdx')
  attack(
    'tcb/revoked',
    'a revoked module',
    tcbInfo((info) => ({
      ...info,
      tdxModuleIdentities: (info['tdxModuleIdentities'] as Json[]).map(firstLevel(() => ({ tcbStatus: 'Revoked' }))),
    })),
    'tdx',
  )
})

describe('what it comes to', () => {
  attack('tcb/revoked', 'a revoked level', status('Revoked'))
  attack('tcb/revoked', 'a revoked level below an old quoting enclave', {
    collateral: {
      ...status('Revoked').collateral,
      ...qeIdentity(firstLevel(() => ({ tcbStatus: 'OutOfDate' }))).collateral,
    },
  })
  attack('tcb/revoked', 'a revoked quoting enclave', qeIdentity(firstLevel(() => ({ tcbStatus: 'Revoked' }))))
  const oldQe = { qe: { report: { isvSvn: 7 } } }
  it.each<[string, string, 'sgx' | 'tdx', Odd]>([
    ['a level as it is', 'SWHardeningNeeded', 'sgx', status('SWHardeningNeeded')],
    ['an old quoting enclave', 'OutOfDate', 'sgx', oldQe],
    ['an old quoting enclave on a hardened platform', 'OutOfDate', 'sgx', { ...status('SWHardeningNeeded'), ...oldQe }],
    [
      'an old quoting enclave on a platform to configure',
      'OutOfDateConfigurationNeeded',
      'sgx',
      { ...status('ConfigurationAndSWHardeningNeeded'), ...oldQe },
    ],
    ['an old module', 'OutOfDate', 'tdx', { td: { teeTcbSvn: svn(4, 1, 3) } }],
    ['an old platform', 'OutOfDate', 'tdx', { td: { teeTcbSvn: svn(5, 1, 2) } }],
    [
      'a module of version 0, whose component 0 counts',
      'OutOfDate',
      'tdx',
      {
        ...tcbInfo((info) => ({
          ...info,
          tcbLevels: [levelsOf(info)[0], { ...levelsOf(info)[1], tcb: withTdx(levelsOf(info)[1]) }],
        })),
        td: { teeTcbSvn: svn(8, 0, 3) },
      },
    ],
    [
      'a TD that only has to be launched again',
      'TDRelaunchAdvised',
      'tdx',
      { td: { teeTcbSvn: svn(4, 1, 3), teeTcbSvn2: svn(5, 1, 3) }, type: 3 },
    ],
    [
      'a TD to be launched again on a platform to configure',
      'TDRelaunchAdvisedConfigurationNeeded',
      'tdx',
      { ...status('ConfigurationNeeded'), td: { teeTcbSvn: svn(4, 1, 3), teeTcbSvn2: svn(5, 1, 3) }, type: 3 },
    ],
    [
      'levels in ascending order',
      'UpToDate',
      'sgx',
      tcbInfo((info) => ({ ...info, tcbLevels: levelsOf(info).toReversed() })),
    ],
    [
      'a module of version 16, which is TDX_10',
      'UpToDate',
      'tdx',
      {
        ...tcbInfo((info) => ({
          ...info,
          tdxModuleIdentities: (info['tdxModuleIdentities'] as Json[]).map((module) => ({ ...module, id: 'TDX_10' })),
        })),
        td: { teeTcbSvn: svn(5, 16, 3) },
      },
    ],
  ])('%s: %s', async (_, expected, tee, odd) => {
    expect(await judge(tee, odd)).toBe(expected)
  })
  it.each(['first component below', 'last component below'])(
    '%s a level, though the others are above',
    async (which) => {
      const components = hardwareVersions.components.map((svn) => svn + 9)
      components[which.startsWith('first') ? 0 : 15] = which.startsWith('first') ? 3 : 0
      const demanded = tcbInfo(
        firstLevel(({ tcb }) => ({
          tcb: {
            ...(tcb as object),
            sgxtcbcomponents: hardwareVersions.components.map((svn, at) => ({ svn: at === 15 ? 1 : svn })),
          },
        })),
      )
      const on = await createHardware({ now, tee: 'sgx', pck: { ...hardwareVersions, components } })
      expect(await judge('sgx', { ...demanded, on })).toBe('OutOfDate')
    },
  )
})
