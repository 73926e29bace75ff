import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parsePolicy } from '../packages/attest/src/index.ts'
import { ownSoftwareRoots } from '../packages/core/src/platform/platforms.ts'
import { folders } from '../packages/core/src/state/paths.ts'
import { writeBase } from '../packages/core/src/testing/write-base.ts'
import { bin, Person, root } from './support/mse.ts'
import { plainApp, writeProject } from './support/project.ts'

/** docs/reproduce.md is true, line by line: for an auditor with the source and the code key, and not the owner's key. */
const owner = new Person()
const auditor = new Person({ XDG_CACHE_HOME: mkdtempSync(join(tmpdir(), 'mse-auditor-')) })
const folder = auditor.home
const hasAge = spawnSync('age', ['--version']).status === 0

interface Shown extends Record<string, unknown> {
  readonly fingerprints: Readonly<Record<string, string>>
}
let base: string
let url: string
let shown: Readonly<Record<string, string>>

beforeAll(async () => {
  const project = writeProject(owner.home, {
    name: 'published',
    toml: 'python = "3.11"\nhardware = "1g"\nsecrets = "secrets.json"\nsecrets_to_seal = "secrets_to_seal.json"\n',
    app: plainApp,
    files: { 'secrets.json': '{}', 'secrets_to_seal.json': '{}' },
  })
  writeBase(join(folder, 'base'), '3.11')
  base = (await owner.json<{ digest: string } & Record<string, unknown>>('base', 'import', join(folder, 'base'))).data
    .digest
  const toml = readFileSync(join(project, 'mse.toml'), 'utf8')
  writeFileSync(join(project, 'mse.toml'), `base = "${base}"\n${toml}`)
  expect((await owner.mse('package', project, '--output', join(folder, 'published'))).code).toBe(0)
  cpSync(project, join(folder, 'source'), { recursive: true })
  for (const name of ['secrets.json', 'secrets_to_seal.json']) rmSync(join(folder, 'source', name))
  const keys = join(owner.home, '.config/mse')
  for (const name of readdirSync(keys).filter((one) => one.startsWith('code-')))
    cpSync(join(keys, name), join(folder, name))
  url = (await owner.json<{ url: string } & Record<string, unknown>>('spawn', '--package', join(folder, 'published')))
    .data.url
  shown = (await owner.json<Shown>('fingerprint', join(folder, 'published'))).data.fingerprints
})
afterAll(async () => {
  await owner.leave()
  await auditor.leave()
  rmSync(auditor.env['XDG_CACHE_HOME'] as string, { recursive: true, force: true })
})

/** The lines that are set apart, each block of them one step of a script; what each prints, and how it ends. */
async function follow(
  blocks: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; out: string }[]> {
  mkdirSync(join(folder, 'bin'))
  writeFileSync(join(folder, 'bin/mse'), `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`)
  chmodSync(join(folder, 'bin/mse'), 0o755)
  const script = blocks.map((block) => `${block}\nprintf '\\n=== %s\\n' $?\n`).join('')
  const words = Object.entries({ ...env, PATH: `${join(folder, 'bin')}:${process.env['PATH']}` })
  const { stdout } = await auditor.run('env', [...words.map(([name, value]) => `${name}=${value}`), 'sh', '-c', script])
  return [...stdout.matchAll(/([^]*?)\n=== (\d+)\n/g)].map(([, out = '', code]) => ({
    code: Number(code),
    out: out.trimEnd(),
  }))
}

it('docs/reproduce.md is true, line by line', async () => {
  const page = readFileSync(join(root, 'docs/reproduce.md'), 'utf8')
  const lines = page.split('\n').map((line) => (/^ {7,8}\S/.test(line) ? line.trim() : ''))
  const blocks = lines
    .join('\n')
    .split(/\n{2,}/)
    .map((block) => block.trim())
    .filter((block) => block !== '')
  const [ROOT = ''] = await ownSoftwareRoots(folders(owner.env))
  const steps = await follow(blocks, { URL: url, ROOT })
  const { software, sgx, 'sgx-edmm': edmm } = shown
  const three = `software  ${software}\nsgx       ${sgx}\nsgx-edmm  ${edmm}`
  const expected = new Map<string, { code: number; out: unknown }>([
    ['mse inspect published --files', { code: 0, out: expect.stringContaining('code/app.py.age') }],
    ['install', { code: 0, out: '' }],
    ['mse base import base', { code: 0, out: base }],
    ['mse package source --rebuild-of published', { code: 0, out: 'identical' }],
    ['mse fingerprint published', { code: 0, out: three }],
    ['mse fingerprint published --platform sgx', { code: 0, out: sgx }],
    ['for blob in', { code: 0, out: `${software}  -` }],
    ['mse fingerprint published --explain', { code: 0, out: three }],
    ['mse fingerprint diff published source', { code: 0, out: expect.stringMatching(/^owner: \w+ → \w+$/) }],
    ['tar -xOf', hasAge ? { code: 0, out: plainApp.trimEnd() } : { code: 127, out: '' }],
    ['mse fingerprint published --platform sgx --policy', { code: 0, out: sgx }],
    ['mse fingerprint published --platform software', { code: 0, out: software }],
    ['mse verify $URL --policy', { code: 0, out: expect.anything() }],
    ['mse verify $URL --package', { code: 3, out: '' }],
  ])
  expect(steps).toEqual([...expected.values()])
  for (const [at, start] of [...expected.keys()].entries()) expect(blocks[at]?.startsWith(start), blocks[at]).toBe(true)
  expect(parsePolicy(readFileSync(join(folder, 'sgx.json'), 'utf8'))).toMatchObject({ measurement: [sgx, edmm] })
  expect(parsePolicy(readFileSync(join(folder, 'software.json'), 'utf8'))).toMatchObject({ softwareRoots: [ROOT] })
})
