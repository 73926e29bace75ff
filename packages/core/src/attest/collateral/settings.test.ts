import { describe, expect, it } from 'vitest'
import { refusal } from '../../testing/refuses.ts'
import { readCollateralChoice, type CollateralChoice } from './settings.ts'

const choice: CollateralChoice = { pccs: undefined, pccsPin: [], offline: false, collateralTimeout: 30 }
const pccs = 'https://pccs:8081'
const hex = 'ab'.repeat(32)

it('is Intel, online, unless something else is said', () => {
  expect(readCollateralChoice(choice)).toEqual({ pccs: undefined, pins: [], offline: false, timeout: 30_000 })
})

it.each([`sha256:${hex}`, `sha256:${hex.toUpperCase()}`, `SHA256:${hex.match(/../g)?.join(':')}`])(
  'takes the pin %s',
  (pin) => {
    expect(readCollateralChoice({ ...choice, pccs, pccsPin: [pin] }).pins).toEqual([hex])
  },
)

describe('refuses', () => {
  it.each([
    hex,
    'sha256:',
    `sha256:${hex}00`,
    `sha256:${hex.slice(2)}`,
    `sha256:${hex.slice(1)}g`,
    'sha1:ab',
    `sha256:${hex}:`,
    'any',
  ])('the pin %s', (pin) => {
    expect(() => readCollateralChoice({ ...choice, pccs, pccsPin: [pin] })).toThrow(refusal('usage/bad-value'))
  })

  it('a pin of no service', () => {
    const pinned = { ...choice, pccsPin: [`sha256:${hex}`] }
    expect(() => readCollateralChoice(pinned)).toThrow(refusal('usage/conflict'))
  })

  it.each(['http://pccs:8081', 'pccs:8081', 'file:///etc', '', 'https://pccs/?q=1', 'https://pccs/#x'])(
    'the address %s',
    (address) => {
      expect(() => readCollateralChoice({ ...choice, pccs: address })).toThrow(refusal('usage/bad-value'))
    },
  )

  it('an address with a password, without showing it', () => {
    const address = 'https://ada:hunter2@pccs'
    expect(() => readCollateralChoice({ ...choice, pccs: address })).toThrow(
      refusal('usage/bad-value', { found: undefined, message: expect.not.stringContaining('hunter2') as string }),
    )
  })
})
