import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkProject, loadProject, loadSource } from './load-project.ts'
import type { Problem } from './problem.ts'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'mse-project-'))
  await mkdir(join(root, 'mse_src'))
  await writeFile(join(root, 'mse_src/app.py'), '')
})
afterEach(() => rm(root, { recursive: true }))

const GOOD = 'name = "hello"\npython_application = "app:app"\nhealthcheck_endpoint = "/health"\n'

async function problems(toml: string): Promise<readonly Problem[]> {
  await writeFile(join(root, 'mse.toml'), toml)
  return (await checkProject(root)).problems
}

async function codes(toml: string): Promise<string[]> {
  return (await problems(toml)).map(({ code, line, column }) => [code, line, column].filter(Boolean).join(':'))
}

async function load(toml: string): Promise<Awaited<ReturnType<typeof loadProject>>> {
  await writeFile(join(root, 'mse.toml'), toml)
  return loadProject(root)
}

test('three keys make a project; the rest has defaults', async () => {
  expect(await load(GOOD)).toEqual({
    root,
    file: join(root, 'mse.toml'),
    name: 'hello',
    application: { module: 'app', variable: 'app' },
    pythonApplication: 'app:app',
    healthcheckEndpoint: '/health',
    testsCmd: undefined,
    testsRequirements: [],
    codeDirectory: join(root, 'mse_src'),
    testsDirectory: join(root, 'tests'),
    storage: 10_000_000_000,
    hardware: 2 ** 30,
    secretsFile: undefined,
    secretsToSealFile: undefined,
    restart: 'sealed',
    threads: 10,
    logs: 'operator',
    tls: { mode: 'enclave' },
    proxy: 'none',
    deploy: { platform: 'auto' },
    warnings: [],
  })
})

test('every key', async () => {
  await mkdir(join(root, 'src/shop'), { recursive: true })
  await mkdir(join(root, 'checks'))
  await writeFile(join(root, 'src/shop/__init__.py'), '')
  await writeFile(join(root, 's.json'), '{}', { mode: 0o600 })
  await writeFile(join(root, 't.json'), '{}', { mode: 0o600 })
  const project = await load(`
name = "  a shop  "
python_application = "shop:web.application"
healthcheck_endpoint = "/"
tests_cmd = "pytest -q"
tests_requirements = ["pytest==8.*", "httpx"]
code = "src"
tests = "checks"
hardware = "512m"
secrets = "s.json"
secrets_to_seal = "t.json"
restart = "reprovision"
threads = 1000
logs = "operator"
[deploy]
platform = "software"
`)
  expect(project).toMatchObject({
    name: 'a shop',
    application: { module: 'shop', variable: 'web.application' },
    testsCmd: 'pytest -q',
    testsRequirements: ['pytest==8.*', 'httpx'],
    codeDirectory: join(root, 'src'),
    testsDirectory: join(root, 'checks'),
    hardware: 512 * 2 ** 20,
    secretsFile: join(root, 's.json'),
    secretsToSealFile: join(root, 't.json'),
    restart: 'reprovision',
    threads: 1000,
    deploy: { platform: 'software' },
    warnings: [],
  })
})

test('a file of the original system, with what has no meaning any more', async () => {
  await mkdir(join(root, 'tests'))
  await writeFile(join(root, 'cloud.json'), '{}', { mode: 0o600 })
  const project = await load(`${GOOD}tests_cmd = "pytest"
tests_requirements = ["intel-sgx-ra>=2.0,<2.1", "pytest==7.2.0"]

[cloud]
code = "mse_src"
tests = "tests"
docker = "ghcr.io/example/flask:20230801"
project = "default"
hardware = "4g-eu-001"
secrets = "cloud.json"
`)
  expect(project).toMatchObject({ hardware: 4 * 2 ** 30, secretsFile: join(root, 'cloud.json') })
  expect(project.warnings).toEqual([
    'cloud.docker and cloud.project of mse.toml had a meaning for the original system and have none here',
  ])
})

test('secrets are found by their default names, and a file that others can read is a warning', async () => {
  await writeFile(join(root, 'secrets.json'), '{}', { mode: 0o644 })
  await chmod(join(root, 'secrets.json'), 0o644)
  await writeFile(join(root, 'secrets_to_seal.json'), '{}', { mode: 0o600 })
  const project = await load(GOOD)
  expect(project.secretsFile).toBe(join(root, 'secrets.json'))
  expect(project.secretsToSealFile).toBe(join(root, 'secrets_to_seal.json'))
  expect(project.warnings).toEqual([expect.stringContaining('chmod 600')])
})

test('the file can be named itself', async () => {
  await writeFile(join(root, 'other.toml'), GOOD)
  expect((await loadProject(join(root, 'other.toml'))).file).toBe(join(root, 'other.toml'))
})

test.each([
  ['resource = "free"', 'project/unknown-key', 'hardware = "1g"'],
  ['dev = true', 'project/unknown-key', '--platform software'],
  ['[ssl]\ndomain_name = "x"', 'project/unknown-key', 'tls = "imported"'],
  ['docker = "image"', 'project/unknown-key', 'requirements.txt'],
  ['expiration_date = 2030-01-01', 'project/unknown-key', 'expires = 2030-01-01'],
  ['memory = "4g"', 'project/unknown-key', 'hardware = "1g"'],
  ['[code]\nlocation = "src"', 'project/wrong-type', 'code = "mse_src"'],
])('a key of earlier files, %j, is refused with what takes its place', async (line, code, next) => {
  const refused = load(`${GOOD}${line}\n`)
  await expect(refused).rejects.toMatchObject({ code, next: expect.stringContaining(next) as string })
})

describe('what is refused', () => {
  test.each([
    ['a misspelt key', `${GOOD}hardwear = "1g"`, 'project/unknown-key:4:1'],
    ['a misspelt key of a table', `${GOOD}[deploy]\n  platfrom = "sgx"`, 'project/unknown-key:5:3'],
    ['an unknown table', `${GOOD}\n[clod]\ncode = "x"`, 'project/unknown-key:5:1'],
    ['a key of the prototype', `${GOOD}__proto__ = 1`, 'project/unknown-key:4:1'],
    ['a string where a number is due', `${GOOD}threads = "10"`, 'project/wrong-type:4:11'],
    ['a list with a number', `${GOOD}tests_requirements = ["a", 1]`, 'project/wrong-type:4:22'],
    ['a value where a table is due', `${GOOD}deploy = "sgx"`, 'project/wrong-type:4:10'],
    ['a fraction', `${GOOD}threads = 1.5`, 'project/wrong-type:4:11'],
    ['no threads', `${GOOD}threads = 0`, 'project/bad-value:4:11'],
    ['too many threads', `${GOOD}threads = 1001`, 'project/bad-value:4:11'],
    ['too little memory', `${GOOD}hardware = "127m"`, 'project/bad-value:4:12'],
    ['memory without a unit', `${GOOD}hardware = "512"`, 'project/bad-value:4:12'],
    ['an unknown platform', `${GOOD}[deploy]\nplatform = "tdx"`, 'project/bad-value:5:12'],
    ['an unknown restart mode', `${GOOD}restart = "always"`, 'project/bad-value:4:11'],
    ['logs for the owner', `${GOOD}logs = "owner"`, 'project/not-supported-yet:4:1'],
    ['an expiry that is no date', `${GOOD}[deploy]\nexpires = "soon"`, 'project/wrong-type:5:11'],
    [
      'an expiry in two places',
      `${GOOD}[deploy]\nexpires = 2027-01-01\n[cloud]\nexpiration_date = 2027-01-01`,
      'project/given-twice:7:1',
    ],
    ['a name without its certificate', `${GOOD}[cloud.ssl]\ndomain_name = "a.example"`, 'project/missing-key:4:1'],
    ['the same in two places', `${GOOD}code = "mse_src"\n[cloud]\ncode = "mse_src"`, 'project/given-twice:6:1'],
    ['a code folder that is not there', `${GOOD}code = "src"`, 'project/no-such-folder:4:8'],
    ['a tests folder that is not there', `${GOOD}tests = "tests"`, 'project/no-such-folder:4:9'],
    ['secrets that are not there', `${GOOD}secrets = "secrets.json"`, 'project/no-such-file:4:11'],
    ['no TOML', `${GOOD}a b`, 'project/syntax:4:3'],
    ['a key given twice', `${GOOD}name = "b"`, 'project/syntax:4:1'],
    ['an open string', `${GOOD}code = "`, 'project/syntax:4:8'],
  ])('%s', async (_, toml, expected) => {
    const found = await problems(toml)
    expect([found[0]?.code, found[0]?.line, found[0]?.column].join(':')).toBe(expected)
    expect(found[0]?.message).toMatch(new RegExp(`^mse.toml${expected.replace(/^[^:]+/, '')}: `))
  })

  test('and not by who delivers no secrets: an auditor has none of them', async () => {
    await problems(`${GOOD}secrets = "secrets.json"\nsecrets_to_seal = "sealed.json"`)
    expect(await loadSource(root)).toMatchObject({ secretsFile: undefined, secretsToSealFile: undefined })
  })

  test.each([
    'app',
    'app:',
    ':app',
    'app:app:app',
    'app.py:app:',
    '1app:app',
    'a-b:app',
    'app:create()',
    'a..b:c',
    '../app:app',
    'a/b:c',
  ])('python_application = "%s"', async (value) => {
    expect(await codes(GOOD.replace('app:app', value))).toEqual(['project/bad-value:2:22'])
  })

  test.each(['health', '', '/a b', '/é', '/a\\nb'])('healthcheck_endpoint = "%s"', async (value) => {
    expect(await codes(GOOD.replace('/health', value))).toEqual(['project/bad-value:3:24'])
  })

  test.each(['', '   ', 'a\\u0007b', 'x'.repeat(256)])('name = "%s"', async (value) => {
    expect(await codes(GOOD.replace('hello', value))).toEqual(['project/bad-value:1:8'])
  })

  test('a module that is not there', async () => {
    const [found] = await problems(GOOD.replace('app:app', 'shop.web:app'))
    expect(found).toMatchObject({ code: 'project/no-such-module', line: 2, column: 22 })
    expect(found?.message).toContain('shop/web.py and no shop/web/__init__.py')
  })

  test('keys that are missing', async () => {
    expect(await codes('')).toEqual(Array(3).fill('project/missing-key'))
  })

  test('a file that is not UTF-8', async () => {
    await writeFile(join(root, 'mse.toml'), Buffer.from([0x6e, 0xff]))
    expect((await checkProject(root)).problems).toMatchObject([{ code: 'project/syntax' }])
  })

  test('no file at all: the next command is named', async () => {
    await expect(loadProject(root)).rejects.toMatchObject({
      code: 'project/not-found',
      next: 'mse scaffold NAME makes a project',
    })
    await expect(loadProject(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'project/not-found' })
  })
})

test('all problems at once, in the order of the file; the error carries them', async () => {
  const toml = `nam = "x"\n${GOOD.replace('name = "hello"\n', '')}threads = 0\n`
  expect(await codes(toml)).toEqual(['project/unknown-key:1:1', 'project/bad-value:4:11', 'project/missing-key'])
  await expect(loadProject(root)).rejects.toMatchObject({
    code: 'project/unknown-key',
    message: 'mse.toml:1:1: there is no key nam (and 2 more)',
    next: 'did you mean name?',
    problems: { length: 3 },
  })
})

test.each([
  ['helthcheck_endpoint = "/"', 'did you mean healthcheck_endpoint?'],
  ['platform = "sgx"', 'did you mean deploy.platform?'],
  ['docker = "x"', 'remove it; Python packages go into requirements.txt, the rest is named by base'],
  ['zzz = 1', 'remove it'],
])('a suggestion for %s', async (line, next) => {
  expect((await problems(GOOD + line)).find(({ code }) => code === 'project/unknown-key')?.next).toBe(next)
})

test.each([
  ['64m', 64_000_000],
  ['10g', 10_000_000_000],
])('storage %s is %i bytes: decimal, as disks are', async (text, bytes) => {
  expect((await load(`${GOOD}storage = "${text}"\n`)).storage).toBe(bytes)
})

test.each(['15m', '11g', '64', '64k', '-64m', '0g'])('storage %s is refused', async (text) => {
  expect(await codes(`${GOOD}storage = "${text}"\n`)).toEqual(['project/bad-value:4:11'])
})

test.each([
  ['[deploy]\nexpires = 2027-01-31T12:00:00Z', new Date('2027-01-31T12:00:00Z')],
  ['[deploy]\nexpires = 2027-01-31T12:00:00+02:00', new Date('2027-01-31T10:00:00Z')],
  ['[deploy]\nexpires = 2027-01-31T12:00:00', new Date(2027, 0, 31, 12)],
  ['[deploy]\nexpires = 2027-01-31', new Date(2027, 0, 31)],
  ['[cloud]\nexpiration_date = 2027-01-31T12:00:00Z', new Date('2027-01-31T12:00:00Z')],
])('%s is a moment', async (toml, moment) => {
  expect((await load(`${GOOD}${toml}\n`)).deploy.expires).toEqual(moment)
})
