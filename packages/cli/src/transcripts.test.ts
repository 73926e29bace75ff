import { spawn, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { version } from './version.ts'

// The built program, in a fresh folder with a fresh HOME: what a person types and sees.
const repository = fileURLToPath(new URL('../../..', import.meta.url))
const bin = join(repository, 'packages/cli/bin/mse.js')
let home: string
let cwd: string

beforeAll(() => {
  const tsc = join(repository, 'node_modules/typescript/bin/tsc')
  spawnSync(process.execPath, [tsc, '--build', join(repository, 'packages/cli')])
  expect(existsSync(join(repository, 'packages/cli/dist/main.js'))).toBe(true)
})
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'mse-transcript-'))
  cwd = join(home, 'work')
  await mkdir(cwd)
})
afterEach(() => rm(home, { recursive: true }))

interface Run {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function mse(...argv: string[]): Run {
  const env = { HOME: home, PATH: process.env['PATH'] ?? '' }
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...argv], { cwd, env, encoding: 'utf8' })
  return { code: status, out: stdout, err: stderr }
}

test('mse --version', () => {
  expect(mse('--version')).toEqual({ code: 0, out: `${version()}\n`, err: '' })
  expect(JSON.parse(mse('--version', '--json').out)).toMatchObject({ ok: true, data: { version: version() } })
})

test('mse --help begins with two examples and lists the commands', () => {
  const { code, out, err } = mse('--help')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const lines = out.split('\n')
  expect(lines.slice(0, 3)).toEqual([expect.stringMatching(/^ {2}mse \w+/), expect.stringMatching(/^ {2}mse \w+/), ''])
  expect(out).toMatch(/\n {2}scaffold +start a project\n/)
  for (const same of [['-h'], ['help'], ['home', '--help'], ['cloud', 'help']]) expect(mse(...same).out).toBe(out)
})

test('mse COMMAND --help begins with two examples and ends with related commands', () => {
  const { code, out } = mse('check', '--help')
  expect(code).toBe(0)
  expect(out).toMatch(/^ {2}mse check .*\n {2}mse check .*\n\nmse check \[PROJECT\] \[OPTIONS\]\n/)
  expect(out).toMatch(/\nRelated commands\n( {2}.+\n)+$/)
  expect(mse('help', 'check').out).toBe(out)
})

test('every command has help with two examples and known related commands', () => {
  const names = [...mse('--help').out.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map(([, name]) => name as string)
  expect(names).toContain('check')
  for (const name of names) expect(mse(name, '--help').out, name).toMatch(/^ {2}.+\n {2}.+\n\nmse /)
})

test('a misspelt command', () => {
  expect(mse('chek')).toEqual({
    code: 2,
    out: '',
    err: "error: unknown command 'chek' (usage/unknown-command)\n  next:     did you mean check? Otherwise: mse --help\n",
  })
})

test('a misspelt flag', () => {
  expect(mse('check', '--jsn')).toEqual({
    code: 2,
    out: '',
    err: "error: unknown option '--jsn' (usage/unknown-option)\n  next:     did you mean --json? Otherwise: mse check --help\n",
  })
})

test('scaffold, then check', async () => {
  expect(mse('scaffold', 'helloworld')).toEqual({
    code: 0,
    out: 'helloworld\n',
    err: 'Made 10 files. Next: cd helloworld && mse deploy\n',
  })
  const size = (await readFile(join(cwd, 'helloworld/mse_src/app.py'))).length + 'flask>=3,<4\n'.length
  const text = `helloworld: app:app, 2 files of ${size} B, 1 GB of memory\n`
  expect(mse('check', 'helloworld')).toEqual({ code: 0, out: text, err: '' })
  expect(mse('home', 'check', 'helloworld/mse.toml').out).toBe(text)
  expect(mse('cloud', 'check', 'helloworld').out).toBe(text)
  expect(mse('scaffold', 'helloworld')).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('(project/exists)'),
  })
  expect(mse('scaffold', 'quiet', '-q')).toEqual({ code: 0, out: 'quiet\n', err: '' })
})

test('check of a broken file: every problem, each with what to do', async () => {
  await writeFile(
    join(cwd, 'mse.toml'),
    'name = "x"\npython_aplication = "app:app"\nhealthcheck_endpoint = "health"\ncode = "."\n',
  )
  expect(mse('check')).toEqual({
    code: 2,
    out: '',
    err: `error: mse.toml:2:1: there is no key python_aplication (project/unknown-key)
  next:     did you mean python_application?
error: mse.toml:3:24: healthcheck_endpoint has a value that it does not take (project/bad-value)
  expected: a path that begins with /, such as "/health", without spaces
  found:    "health"
error: mse.toml: the key python_application is missing (project/missing-key)
  next:     add python_application = "app:app"
`,
  })
  const { code, out, err } = mse('check', '--json')
  expect({ code, err }).toEqual({ code: 2, err: '' })
  expect(JSON.parse(out)).toEqual({
    schema: 'mse-cli/1',
    ok: false,
    command: 'check',
    data: { problems: [expect.objectContaining({ line: 2, column: 1 }), expect.anything(), expect.anything()] },
    warnings: [],
    error: {
      code: 'project/unknown-key',
      message: 'mse.toml:2:1: there is no key python_aplication (and 2 more)',
      expected: null,
      found: null,
      next: 'did you mean python_application?',
    },
  })
})

test('check of a file that is not TOML shows the line', async () => {
  await writeFile(join(cwd, 'mse.toml'), 'name = "x"\nthreads = = 3\n')
  const { code, err } = mse('check')
  expect(code).toBe(2)
  expect(err).toMatch(/^error: mse\.toml:2:11: this is not TOML: .*\(project\/syntax\)\n/)
  expect(err).toContain('2:  threads = = 3')
})

test('check without a project names the next command', () => {
  const place = join(cwd, 'nowhere')
  expect(mse('check', 'nowhere')).toEqual({
    code: 2,
    out: '',
    err: `error: there is no mse.toml at ${place} (project/not-found)\n  next:     mse scaffold NAME makes a project\n`,
  })
})

test('the envelope of a good project; a warning is in it and on stderr', async () => {
  mse('scaffold', 'demo')
  await writeFile(join(cwd, 'demo/mse_src/.mseignore'), '')
  await writeFile(join(cwd, 'demo/mse_src/secrets.json'), '{}')
  const { code, out, err } = mse('check', 'demo', '--json')
  const warning =
    'the secrets secrets.json would be packaged with the code: move it, or add /secrets.json to .mseignore'
  expect({ code, err }).toEqual({ code: 0, err: `warning: ${warning}\n` })
  expect(JSON.parse(out)).toMatchObject({
    schema: 'mse-cli/1',
    ok: true,
    command: 'check',
    warnings: [warning],
    error: null,
    data: { project: { name: 'demo', hardware: 2 ** 30 }, files: { length: 3 } },
  })
  const events = mse('check', 'demo', '--json=stream')
    .out.trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(events.map(({ event }) => event)).toEqual(['warning', 'result'])
})

test('a reader that closes the pipe early is no failure', async () => {
  const child = spawn(process.execPath, [bin, '--help'], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  let err = ''
  child.stderr.on('data', (chunk) => (err += String(chunk)))
  const code = await new Promise((resolve) => child.on('close', resolve))
  expect({ code, err }).toEqual({ code: 0, err: '' })
})

test('mse explain says what a code means, offline; an unknown one is refused with the closest', () => {
  const { code, out, err } = mse('explain', 'provision/expired')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/^provision\/expired\n {2}.+\.\n {2}What to do: .+\.\n {2}Exit code 3: refused/)
  const family = JSON.parse(mse('explain', 'owner', '--json').out) as { data: { codes: { code: string }[] } }
  expect(family.data.codes.map((one) => one.code)).toContain('owner/not-yours')
  expect(mse('explain').out).toMatch(/^CODE +EXIT {2}MEANING\n/)
  const unknown = JSON.parse(mse('explain', 'owner/not-your', '--json').out) as {
    error: { code: string; next: string }
  }
  expect(unknown.error).toMatchObject({ code: 'usage/unknown-code', next: expect.stringContaining('owner/not-yours') })
})
