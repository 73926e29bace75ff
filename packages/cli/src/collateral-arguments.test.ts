import { expect, test } from 'vitest'
import { collateralArguments, collateralSettings } from './collateral-arguments.ts'
import { optionUsage } from './help.ts'
import { readValues } from './values.ts'
import type { CollateralChoice, CollateralSettings } from '@mse/core/attest/collateral/settings'

const hex = 'ab'.repeat(32)

function settings(words: object, env: Readonly<Record<string, string>> = {}): CollateralSettings {
  const values = readValues(collateralArguments, { cwd: '/', env, words: words as Readonly<Record<string, unknown>> })
  return collateralSettings(values as unknown as CollateralChoice)
}

test('the flags are called', () => {
  expect(Object.entries(collateralArguments).map(([key, argument]) => optionUsage(key, argument))).toEqual([
    '--pccs URL',
    '--pccs-pin PIN',
    '--offline',
    '--collateral-timeout SECONDS',
  ])
})

test('without any of them it is Intel, online', () => {
  expect(settings({})).toEqual({ pccs: undefined, pins: [], offline: false, timeout: 30_000 })
})

test('the environment stands in for them', () => {
  const env = { MSE_PCCS: 'https://pccs', MSE_PCCS_PIN: `sha256:${hex}`, MSE_OFFLINE: '1' }
  expect(settings({}, env)).toMatchObject({ pccs: 'https://pccs', pins: [hex], offline: true })
  expect(settings({ pccs: 'https://other' }, env)).toMatchObject({ pccs: 'https://other' })
})

test('what they do not take is refused', () => {
  const refused = (code: string): unknown => expect.objectContaining({ code })
  expect(() => settings({ pccs: 'http://pccs' })).toThrow(refused('usage/bad-value'))
  expect(() => settings({ pccs: 'https://pccs', pccsPin: ['any'] })).toThrow(refused('usage/bad-value'))
  expect(() => settings({ pccsPin: [`sha256:${hex}`] })).toThrow(refused('usage/conflict'))
  expect(() => settings({ collateralTimeout: '0' })).toThrow(refused('usage/bad-value'))
})
