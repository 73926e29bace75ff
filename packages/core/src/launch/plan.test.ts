import { expect, it } from 'vitest'
import { refusal } from '../testing/refuses.ts'
import { encodeUnmeasured, newInstance, withEnd, type Unmeasured } from './plan.ts'

const good: Unmeasured = {
  address: '127.0.0.1',
  port: 8443,
  instance: newInstance(),
  names: ['localhost', '::1'],
  notAfter: new Date('2027-01-01T00:00:00.999Z'),
}

it('a new instance each time, 32 hex digits', () => {
  expect(newInstance()).toMatch(/^[0-9a-f]{32}$/)
  expect(newInstance()).not.toBe(newInstance())
})

it('writes whole seconds', () => {
  expect(JSON.parse(encodeUnmeasured(good))).toEqual({
    schema: 'mse-launch/1',
    address: '127.0.0.1',
    port: 8443,
    instance: good.instance,
    names: ['localhost', '::1'],
    not_after: 1_798_761_600,
  })
})

// What the launcher refuses is never written: spec/launch.test.ts replays its vectors. Here is what only a caller can get wrong.
it.each<[string, Partial<Unmeasured>]>([
  ['a port that is no integer', { port: 80.5 }],
  ['no port', { port: Number.NaN }],
  ['no date', { notAfter: new Date(Number.NaN) }],
  ['a name that is half an address', { names: ['1.2'] }],
  ['a name that would be a member of its own', { names: ['a","port":1,"x":"'] }],
])('%s', (_, change) => {
  expect(() => encodeUnmeasured({ ...good, ...change })).toThrow(refusal('launch/malformed'))
})

it('moves the end of a certificate, and never back', () => {
  const launch = encodeUnmeasured(good)
  const end = (text: string): unknown => (JSON.parse(text) as { not_after: unknown }).not_after
  const seconds = Math.floor(good.notAfter.getTime() / 1000)
  expect(end(withEnd(launch, new Date((seconds + 60) * 1000)))).toBe(seconds + 60)
  expect(end(withEnd(launch, new Date(0)))).toBe(seconds + 1)
  expect(JSON.parse(withEnd(launch, new Date(0)))).toEqual({
    ...(JSON.parse(launch) as object),
    not_after: seconds + 1,
  })
})
