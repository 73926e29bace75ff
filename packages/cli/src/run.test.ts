import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { run } from './run.ts'
import type { Context, Result } from './command.ts'

// One command whose handler each test chooses, in place of the list.
const handler = vi.hoisted(() => ({
  run: (() => undefined) as unknown as (args: unknown, context: Context) => Promise<Result>,
}))
vi.mock('./commands.ts', async () => {
  const { flag, text } = await import('./arguments.ts')
  const command = {
    examples: [],
    related: [],
    arguments: { san: text('', { repeat: true }), follow: flag('', { short: 'f' }) },
    run: (args: unknown, context: Context) => handler.run(args, context),
  }
  const entry = { name: 'try', summary: '', load: () => Promise.resolve({ command }) }
  return {
    commands: [entry],
    examples: [],
    findCommand: (name: string) => Promise.resolve(name === 'try' ? { entry, command } : undefined),
  }
})

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'mse-run-'))
})
afterEach(() => rm(home, { recursive: true }))

async function mse(...argv: string[]): Promise<{ code: number; out: string; err: string; exits: number[] }> {
  const text = { out: '', err: '' }
  const exits: number[] = []
  const code = await run(argv, {
    stdin: () => ({ async *[Symbol.asyncIterator]() {} }),
    stdout: { write: (chunk) => (text.out += chunk.toString()) },
    stderr: { write: (chunk) => (text.err += chunk) },
    env: { HOME: home, SECRET_TOKEN: 'tell-nobody' },
    cwd: home,
    now: () => new Date(0),
    onSignal: (listener) => signals.push(listener),
    exit: (number) => exits.push(number),
  })
  return { code, ...text, exits }
}
const signals: (() => void)[] = []

test('text goes to stdout, data into the envelope', async () => {
  handler.run = async () => ({ data: { url: 'u' }, text: 'u' })
  expect(await mse('try')).toMatchObject({ code: 0, out: 'u\n', err: '' })
  const { out } = await mse('cloud', 'try', '--json')
  expect(JSON.parse(out)).toEqual({
    schema: 'mse-cli/1',
    ok: true,
    command: 'try',
    data: { url: 'u' },
    warnings: [],
    error: null,
  })
})

test('options reach the handler, wherever the common ones stand', async () => {
  let seen: unknown
  handler.run = async (args) => ((seen = args), {})
  expect((await mse('-q', 'try', '--san', 'a', '--progress', 'none', '--san=b', '-f')).code).toBe(0)
  expect(seen).toEqual({ san: ['a', 'b'], follow: true })
})

test('an unexpected exception: exit 70, the trace in a file for the user alone, no environment in it', async () => {
  handler.run = () => Promise.reject(new TypeError('undefined is not a function', { cause: new Error('deep down') }))
  const { code, err } = await mse('try')
  expect(code).toBe(70)
  expect(err).toContain('(internal/bug)')
  expect(err).not.toContain('undefined is not a function')
  const folder = join(home, '.local/state/mse')
  const [name = ''] = await readdir(folder)
  expect(err).toContain(join(folder, name))
  const log = await readFile(join(folder, name), 'utf8')
  expect(log).toContain('TypeError: undefined is not a function')
  expect(log).toContain('caused by Error: deep down')
  expect(log).not.toContain('tell-nobody')
  expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
})

test('Ctrl-C: the handler is told, exit 130; a second one does not ask', async () => {
  handler.run = (_, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => setTimeout(() => reject(new Error('torn down')), 20))
      signals.at(-1)?.()
      signals.at(-1)?.()
    })
  expect(await mse('try')).toMatchObject({ code: 130, err: 'error: interrupted (interrupted)\n', exits: [130] })
})

test.each([
  [[], 'usage/no-command'],
  [['tri'], 'usage/unknown-command'],
  [['try', '--sam', 'x'], 'usage/unknown-option'],
  [['try', 'x'], 'usage/too-many'],
  [['try', '--san'], 'usage/missing'],
  [['try', '--progress', 'loud'], 'usage/bad-value'],
])('%j: %s', async (argv, code) => {
  handler.run = () => Promise.reject(new Error('not reached'))
  const human = await mse(...argv)
  expect(human.code).toBe(2)
  expect(human.err).toContain(`(${code})`)
  expect(human.out).toBe('')
  const { out } = await mse('--json', ...argv)
  expect(JSON.parse(out)).toMatchObject({ ok: false, error: { code } })
})

test('an unknown kind of JSON is refused in JSON', async () => {
  const { code, out } = await mse('try', '--json=yaml')
  expect(code).toBe(2)
  expect(JSON.parse(out)).toMatchObject({ error: { code: 'usage/bad-value', found: 'yaml' } })
})
