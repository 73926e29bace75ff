import { expect, test } from 'vitest'
import { parse } from './program.ts'

async function words(...line: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  return (await parse(line)).words
}
const refusal = (code: string): unknown => expect.objectContaining({ code })

test('options stand anywhere, with their value behind them or beside them', async () => {
  const expected = { target: 'x.json', policy: ['a', 'b'], offline: true }
  expect(await words('verify', '--policy', 'a', 'x.json', '--offline', '--policy=b')).toEqual(expected)
  expect(await words('verify', 'x.json', '--offline', '--policy=a', '--policy', 'b')).toEqual(expected)
})

test('a value may look like an option, and behind -- nothing is one', async () => {
  expect(await words('verify', '--at', '-1')).toMatchObject({ at: '-1' })
  expect(await words('verify', '--', '--offline')).toEqual({ target: '--offline' })
})

test('a letter stands for an option, its value beside it or behind it', async () => {
  expect(await words('evidence', '-ofile')).toMatchObject({ output: 'file' })
  expect(await words('evidence', '-o', 'file')).toMatchObject({ output: 'file' })
})

test.each<[string, readonly string[]]>([
  ['usage/no-command', []],
  ['usage/no-command', ['--offline']],
  ['usage/unknown-command', ['verfiy']],
  ['usage/unknown-option', ['verify', '--ofline']],
  ['usage/unknown-option', ['verify', '-z']],
  ['usage/unknown-option', ['verify', '--__proto__']],
  ['usage/malformed', ['verify', '--offline=no']],
  ['usage/missing', ['verify', '--policy']],
  ['usage/too-many', ['verify', 'one', 'two']],
])('%s: %j', async (code, line) => {
  await expect(parse(line)).rejects.toThrow(refusal(code))
})

test('what was probably meant is named; what is like nothing is not guessed at', async () => {
  await expect(parse(['verfiy'])).rejects.toMatchObject({ next: expect.stringContaining('did you mean verify?') })
  await expect(parse(['verify', '--polcy'])).rejects.toMatchObject({ next: expect.stringContaining('--policy?') })
  await expect(parse(['xyzzy'])).rejects.toMatchObject({ next: 'mse --help' })
})
