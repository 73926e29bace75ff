import { expect, expectTypeOf, test } from 'vitest'
import { choice, defineCommand, flag, integer, path, positional, text } from './command.ts'
import { readValues } from './values.ts'
import type { Command } from './command.ts'

const command: Command = defineCommand({
  examples: [],
  related: [],
  arguments: {
    name: positional(text('', { required: true })),
    policy: path('', { env: 'MSE_POLICY' }),
    project: path('', { default: '.' }),
    san: text('', { repeat: true }),
    lines: integer('', { default: 50, minimum: 1, maximum: 100, env: 'MSE_LINES' }),
    platform: choice(['auto', 'sgx'], '', { default: 'auto' }),
    follow: flag('', { short: 'f', env: 'MSE_FOLLOW' }),
  },
  async run(args) {
    expectTypeOf(args.name).toEqualTypeOf<string>()
    expectTypeOf(args.policy).toEqualTypeOf<string | undefined>()
    expectTypeOf(args.project).toEqualTypeOf<string>()
    expectTypeOf(args.san).toEqualTypeOf<readonly string[]>()
    expectTypeOf(args.lines).toEqualTypeOf<number>()
    expectTypeOf(args.platform).toEqualTypeOf<'auto' | 'sgx'>()
    expectTypeOf(args.follow).toEqualTypeOf<boolean>()
    return {}
  },
})

const read = (words: Record<string, unknown>, env: Record<string, string> = {}): Record<string, unknown> =>
  readValues(command.arguments, { cwd: '/here', env, words })

test('defaults', () => {
  expect(read({ name: 'a' })).toEqual({
    name: 'a',
    policy: undefined,
    project: '/here',
    san: [],
    lines: 50,
    platform: 'auto',
    follow: false,
  })
})

test('the environment stands in for a flag, and the flag goes first', () => {
  const env = { MSE_POLICY: 'p.json', MSE_LINES: '7', MSE_FOLLOW: '1' }
  expect(read({ name: 'a' }, env)).toMatchObject({ policy: '/here/p.json', lines: 7, follow: true })
  expect(read({ name: 'a', lines: '8', policy: '/q' }, env)).toMatchObject({ policy: '/q', lines: 8 })
})

test('repeated flags make a list', () => {
  expect(read({ name: 'a', san: ['x', 'y'] })).toMatchObject({ san: ['x', 'y'] })
})

test.each(['0', '101', '1.5', 'x', '', '1e1'])('--lines %s is refused', (lines) => {
  expect(() => read({ name: 'a', lines })).toThrow(expect.objectContaining({ code: 'usage/bad-value' }))
})

test('another choice is refused with the choices', () => {
  expect(() => read({ name: 'a', platform: 'tdx' })).toThrow(
    expect.objectContaining({ expected: 'one of auto, sgx', found: 'tdx' }),
  )
})

test('what is missing is named, with the environment variable', () => {
  expect(() => read({})).toThrow(expect.objectContaining({ code: 'usage/missing', next: 'give NAME' }))
  const args = { policy: path('', { required: true, env: 'MSE_POLICY', value: 'FILE' }) }
  expect(() => readValues(args, { cwd: '/', env: {}, words: {} })).toThrow(
    expect.objectContaining({ next: 'give --policy FILE, or set MSE_POLICY in the environment' }),
  )
})
