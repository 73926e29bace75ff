import { describe, expect, it } from 'vitest'
import {
  formatPolicy,
  parsePolicy,
  policyDigest,
  PolicyMismatch,
  strictSgxPolicy,
  strictTdxPolicy,
  type SoftwarePolicy,
} from '../index.ts'

const sgx = strictSgxPolicy({ measurement: ['ab'.repeat(32)], signer: 'any', isvProdId: [1, 2], isvSvnMinimum: 3 })
const any = { mrtd: 'any', rtmr0: 'any', rtmr1: 'any', rtmr2: 'any', rtmr3: 'any' } as const
const tdx = strictTdxPolicy({ ...any, advisories: ['INTEL-SA-00960'], tcbEvaluationNumberMinimum: 18 })

const hash = 'ab'.repeat(32)
const members = {
  schema: 'mse-policy/1',
  platform: 'software',
  software_roots: [hash],
  measurement: [hash, 'cd'.repeat(32)],
  signer: 'any',
  debug: 'refused',
}
const policy: SoftwarePolicy = {
  platform: 'software',
  softwareRoots: [hash],
  measurement: [hash, 'cd'.repeat(32)],
  signer: 'any',
  debug: 'refused',
}

it('reads what people write, and what it writes itself', () => {
  expect(parsePolicy(JSON.stringify(members, null, 2))).toEqual(policy)
  expect(parsePolicy(formatPolicy(policy))).toEqual(policy)
  for (const strict of [sgx, tdx]) expect(parsePolicy(formatPolicy(strict))).toEqual(strict)
})

it('writes canonical JSON', () => {
  expect(formatPolicy({ ...policy, measurement: 'any' })).toBe(
    `{"debug":"refused","measurement":"any","platform":"software","schema":"mse-policy/1","signer":"any","software_roots":["${hash}"]}\n`,
  )
})

it('has one digest however it was written', async () => {
  const digest = await policyDigest(policy)
  expect(digest).toMatch(/^[0-9a-f]{64}$/)
  expect(await policyDigest(parsePolicy(JSON.stringify(members, null, 4)))).toBe(digest)
  expect(await policyDigest({ ...policy, debug: 'any' })).not.toBe(digest)
})

describe('refuses', () => {
  const without = (member: keyof typeof members) => {
    const { [member]: _, ...rest } = members
    return JSON.stringify(rest)
  }
  const changed = (change: object) => JSON.stringify({ ...members, ...change })
  const text = JSON.stringify(members)

  it.each([
    ['no platform', 'policy/platform', without('platform')],
    ['a platform of null', 'policy/malformed', changed({ platform: null })],
    ['an unknown platform', 'policy/malformed', changed({ platform: 'sev' })],
    ['a list of platforms', 'policy/malformed', changed({ platform: ['software', 'sgx'] })],
    ['any platform', 'policy/malformed', changed({ platform: 'any' })],
    ['no schema', 'policy/malformed', without('schema')],
    ['another schema', 'policy/malformed', changed({ schema: 'mse-policy/2' })],
    ['no roots', 'policy/malformed', without('software_roots')],
    ['any root', 'policy/malformed', changed({ software_roots: 'any' })],
    ['no measurement', 'policy/malformed', without('measurement')],
    ['a measurement that is no list', 'policy/malformed', changed({ measurement: hash })],
    ['a measurement of null', 'policy/malformed', changed({ measurement: null })],
    ['a measurement in capitals', 'policy/malformed', changed({ measurement: [hash.toUpperCase()] })],
    ['a measurement that is short', 'policy/malformed', changed({ measurement: [hash.slice(1)] })],
    ['a measurement with a newline', 'policy/malformed', changed({ measurement: [`${hash}\n`] })],
    ['any in a list', 'policy/malformed', changed({ measurement: ['any'] })],
    ['a list in a list', 'policy/malformed', changed({ measurement: [[hash]] })],
    ['no signer', 'policy/malformed', without('signer')],
    ['no word on debugging', 'policy/malformed', without('debug')],
    ['debugging as true', 'policy/malformed', changed({ debug: true })],
    ['an unknown member', 'policy/malformed', changed({ minimum_tcb: 1 })],
    ['a member of the prototype', 'policy/malformed', text.replace('{', '{"__proto__":{},')],
    ['a member twice', 'policy/malformed', text.replace('{', '{"debug":"any",')],
    ['a member twice, once escaped', 'policy/malformed', text.replace('{', '{"\\u0064ebug":"any",')],
    ['a policy for SGX with the members of software', 'policy/malformed', changed({ platform: 'sgx' })],
    ['an array', 'policy/malformed', '[]'],
    ['null', 'policy/malformed', 'null'],
    ['text', 'policy/malformed', 'platform: software'],
    ['nothing', 'policy/malformed', ''],
    ['a comment', 'policy/malformed', `${text} // any`],
  ])('%s: %s', (_, code, text) => {
    expect(() => parsePolicy(text)).toThrow(PolicyMismatch)
    expect(() => parsePolicy(text)).toThrow(expect.objectContaining({ code }))
  })
})

describe('refuses, of objects that programs make,', () => {
  it.each([
    ['a demand that its platform does not have', { ...policy, isvSvnMinimum: 7 }],
    ['a demand that is misspelt, beside the right one', { ...sgx, isvSvnMinimun: 7 }],
    ['a demand under the name that it has in JSON', { ...sgx, isv_svn_minimum: 7 }],
    ['a pattern with something more', { ...sgx, attributes: { ...(sgx.attributes as object), xfrm: '03' } }],
    ['a member of the prototype', { ...policy, ...(JSON.parse('{"__proto__":1}') as object) }],
    ['another schema', { ...policy, schema: 'mse-policy/2' }],
    ['another platform', { ...policy, platform: 'sev' }],
  ])('%s', (_, object) => {
    expect(() => parsePolicy(formatPolicy(object as typeof policy))).toThrow(
      expect.objectContaining({ code: 'policy/malformed' }),
    )
  })
})

describe('refuses, of hardware', () => {
  const changed = (policy: object, change: object) =>
    JSON.stringify({ ...(JSON.parse(formatPolicy(policy as typeof sgx)) as object), ...change })

  it.each<[string, string]>([
    ['Revoked as a status that may be accepted', changed(sgx, { tcb_statuses: ['Revoked'] })],
    ['any status at all', changed(sgx, { tcb_statuses: 'any' })],
    ['a status that nobody knows', changed(sgx, { tcb_statuses: ['uptodate'] })],
    ['any version of TCB info', changed(sgx, { tcb_info_versions: 'any' })],
    ['TCB info of version 4', changed(sgx, { tcb_info_versions: [4] })],
    ['an advisory with a space', changed(sgx, { advisories: ['INTEL-SA-00960 '] })],
    ['attributes as text', changed(sgx, { attributes: '05' })],
    ['attributes without a mask', changed(sgx, { attributes: { value: '05'.repeat(16) } })],
    ['attributes with something more', changed(sgx, { attributes: { ...(sgx.attributes as object), any: 1 } })],
    ['attributes in capitals', changed(sgx, { attributes: { value: 'AB'.repeat(16), mask: 'ff'.repeat(16) } })],
    [
      'attributes of which no bit counts',
      changed(sgx, { attributes: { value: '05'.repeat(16), mask: '00'.repeat(16) } }),
    ],
    ['attributes of 15 bytes', changed(sgx, { attributes: { value: 'ab'.repeat(15), mask: 'ff'.repeat(16) } })],
    ['an ISVPRODID of 65,536', changed(sgx, { isv_prod_id: [65_536] })],
    ['an ISVPRODID as text', changed(sgx, { isv_prod_id: ['1'] })],
    ['a negative minimum', changed(sgx, { isv_svn_minimum: -1 })],
    ['a minimum of a half', changed(sgx, { isv_svn_minimum: 0.5 })],
    ['a minimum of null', changed(sgx, { tcb_evaluation_number_minimum: null })],
    ['an FMSPC of 5 bytes', changed(sgx, { fmspc: ['00906ed500'] })],
    ['a software root in a policy for SGX', changed(sgx, { software_roots: [] })],
    ['MRTD of 32 bytes', changed(tdx, { mrtd: ['ab'.repeat(32)] })],
    ['a measurement in a policy for TDX', changed(tdx, { measurement: 'any' })],
    ['no word on the service domain', changed(tdx, { mrservicetd: undefined })],
  ])('%s', (_, text) => {
    expect(() => parsePolicy(text)).toThrow(expect.objectContaining({ code: 'policy/malformed' }))
  })
})
