import { describe, expect, test, vi } from 'vitest'
import { createTerminal } from './terminal.ts'
import type { Settings } from './settings.ts'
import type { Terminal } from './terminal.ts'

interface Captured {
  terminal: Terminal
  out: () => string
  err: () => string
  wait: (seconds: number) => void
}

function capture(settings: Partial<Settings> = {}, env: Record<string, string> = {}, isTTY = false): Captured {
  const text = { out: '', err: '' }
  let time = 100
  const terminal = createTerminal(
    { json: 'off', progress: 'auto', quiet: false, help: false, version: false, ...settings },
    {
      stdout: { write: (chunk) => (text.out += chunk), isTTY },
      stderr: { write: (chunk) => (text.err += chunk), isTTY, columns: 100 },
      env,
      clock: () => time,
    },
  )
  return { terminal, out: () => text.out, err: () => text.err, wait: (seconds) => (time += seconds) }
}

/** What a person sees at the end: redrawn lines gone. */
const settled = (text: string): string => text.replace(new RegExp(String.raw`(^|\n)[^\n]*\r\x1b\[2K`, 'g'), '$1')

async function everything({ terminal, wait }: Captured): Promise<void> {
  const value = await terminal.phase('launch', 'starting the software enclave', async (update) => {
    update('waiting')
    wait(1.25)
    return 7
  })
  terminal.say(`value ${value}`)
  terminal.warn('look out')
  terminal.table(
    [
      { name: 'a', size: 5 },
      { name: 'longer', size: 10 },
    ],
    ['name', 'size'],
  )
  terminal.checks([
    { title: 'root', outcome: 'ok', detail: 'pinned' },
    { title: 'measurement', outcome: 'failed' },
  ])
  terminal.chunk('log line')
  terminal.product('https://localhost:1')
  terminal.envelope({ schema: 'mse-cli/1', ok: true, command: 'x', data: 1, warnings: terminal.warnings, error: null })
}

test('without a terminal: the product on stdout, one line for each phase on stderr', async () => {
  const captured = capture()
  await everything(captured)
  expect(captured.out()).toBe('NAME    SIZE\na          5\nlonger    10\nlog linehttps://localhost:1\n')
  expect(captured.err()).toBe(
    'ok      launch     starting the software enclave (1.3 s)\nvalue 7\nwarning: look out\n  ok      root         pinned\n  failed  measurement\n',
  )
})

test('--json: stdout is one envelope', async () => {
  const captured = capture({ json: 'envelope' })
  await everything(captured)
  expect(JSON.parse(captured.out())).toEqual({
    schema: 'mse-cli/1',
    ok: true,
    command: 'x',
    data: 1,
    warnings: ['look out'],
    error: null,
  })
})

test('--json=stream: events, then one result', async () => {
  const captured = capture({ json: 'stream' })
  await everything(captured)
  expect(
    captured
      .out()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { event: 'phase', name: 'launch', state: 'started' },
    { event: 'phase', name: 'launch', state: 'done', seconds: 1.25 },
    { event: 'warning', message: 'look out' },
    { event: 'output', text: 'log line' },
    { event: 'result', schema: 'mse-cli/1', ok: true, command: 'x', data: 1, warnings: ['look out'], error: null },
  ])
})

test('--quiet keeps warnings and the product', async () => {
  const captured = capture({ quiet: true })
  await everything(captured)
  expect(captured.err()).toBe('warning: look out\n')
  expect(captured.out()).toContain('https://localhost:1')
})

test('--progress none keeps what is said', async () => {
  const captured = capture({ progress: 'none' })
  await everything(captured)
  expect(captured.err()).toMatch(/^value 7\n/)
})

describe('on a terminal', () => {
  test('one live line collapses to a tick', async () => {
    const captured = capture({}, {}, true)
    await everything(captured)
    expect(captured.err()).toContain('starting the software enclave: waiting')
    expect(settled(captured.err()).split('\n').slice(0, 2)).toEqual([
      '\x1b[32m✓\x1b[39m launch     starting the software enclave  \x1b[2m1.3 s\x1b[22m',
      'value 7',
    ])
  })

  test('what is said in a phase does not tear its line, and the inner phase has the line', async () => {
    const { terminal, err } = capture({}, { NO_COLOR: '1' }, true)
    await terminal.phase('package', 'outer', async () => {
      terminal.say('hello')
      await terminal.phase('launch', 'inner', async () => undefined)
    })
    expect(settled(err())).toBe('hello\n✓ launch     inner  0.00 s\n✓ package    outer  0.00 s\n')
  })

  test.each([{ TERM: 'dumb' }, { CI: 'true' }])('%o: nothing is redrawn', async (env) => {
    const { terminal, err } = capture({}, env, true)
    await terminal.phase('launch', 'starting', async () => undefined)
    expect(err()).not.toContain('\r')
  })

  test.each([
    [{}, true, true],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    [{ TERM: 'dumb' }, true, false],
    [{}, false, false],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
  ])('%o, terminal %s: colour %s', (env, isTTY, colour) => {
    const { terminal, err } = capture({}, env as Record<string, string>, isTTY)
    terminal.warn('x')
    expect(err().includes('\x1b[33m')).toBe(colour)
  })
})

describe('an operator cannot steer the owner’s terminal', () => {
  const hostile = 'x\x1b[2J\x1b]0;title\x07\x1b[8m\r\x9b1A\n'

  test('through what is said', async () => {
    const { terminal, err } = capture({}, {}, true)
    terminal.say(hostile)
    terminal.fail(hostile)
    terminal.checks([{ title: hostile, outcome: 'ok', detail: hostile }])
    await terminal.phase('serve', 'x', async (update) => update(hostile))
    for (const bad of ['\x1b[2J', '\x1b]0;', '\x1b[8m', '\x9b']) expect(err()).not.toContain(bad)
    expect(err()).toContain('x\\x1b[2J\\x1b]0;title\\x07\\x1b[8m\\x0d\\x9b1A\n')
  })

  test('through logs, which may have colours; a pipe gets the bytes', () => {
    const onTerminal = capture({}, {}, true)
    onTerminal.terminal.chunk(`\x1b[35mpink\x1b[0m\r\n${hostile}`)
    expect(onTerminal.out()).toBe('\x1b[35mpink\x1b[0m\r\nx\\x1b[2J\\x1b]0;title\\x07\x1b[8m\\x0d\\x9b1A\n')
    const piped = capture()
    piped.terminal.chunk(hostile)
    expect(piped.out()).toBe(hostile)
  })
})

test('a failed phase says so and passes the error on', async () => {
  const { terminal, err, out } = capture({ json: 'stream' })
  const work = terminal.phase('attest', 'proving', () => Promise.reject(new Error('no')))
  await expect(work).rejects.toThrow('no')
  expect(err()).toBe('failed  attest     proving (0.00 s)\n')
  expect(out()).toContain('"state":"failed"')
})

test('a long phase gives a sign of life every ten seconds', async () => {
  vi.useFakeTimers()
  try {
    const { terminal, err, wait } = capture()
    let finish = (): void => undefined
    const work = terminal.phase('package', 'installing', (update) => {
      update('numpy')
      return new Promise<void>((resolve) => (finish = resolve))
    })
    wait(10)
    vi.advanceTimersByTime(10_000)
    expect(err()).toBe('...     package    installing: numpy, 10 s so far\n')
    finish()
    await work
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})
