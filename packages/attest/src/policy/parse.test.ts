import { describe, expect, it } from 'vitest'
import { formatPolicy, parsePolicy, policyDigest, PolicyMismatch, type Policy } from '../index.ts'

const hash = 'ab'.repeat(32)
const members = {
  schema: 'mse-policy/1',
  platform: 'software',
  software_roots: [hash],
  measurement: [hash, 'cd'.repeat(32)],
  signer: 'any',
  debug: 'refused',
}
const policy: Policy = {
  platform: 'software',
  softwareRoots: [hash],
  measurement: [hash, 'cd'.repeat(32)],
  signer: 'any',
  debug: 'refused',
}

it('reads what people write, and what it writes itself', () => {
  expect(parsePolicy(JSON.stringify(members, null, 2))).toEqual(policy)
  expect(parsePolicy(formatPolicy(policy))).toEqual(policy)
  expect(parsePolicy(JSON.stringify({ ...members, platform: 'sgx', software_roots: [] })).platform).toBe('sgx')
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
    ['an unknown platform', 'policy/malformed', changed({ platform: 'tdx' })],
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
