import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { loadProject } from '../project/load-project.ts'
import { listCodeFiles } from '../project/list-code-files.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { sha256 } from '../testing/write-package.ts'
import { codeKeyFrom } from './age/code-key.ts'
import type { Artefact } from './artefact.ts'
import { buildPackage, type BuildInputs } from './build.ts'
import { checkFiles } from './check-files.ts'
import type { InstalledSet } from './dependencies/dependencies.ts'
import { readLock, writeLock, type LockFile } from './dependencies/lock.ts'
import { epoch } from './dependencies/settle.ts'
import { openPackage } from './open.ts'

const folder = temporaryFolder()
const signing = generateKeyPairSync('ed25519').privateKey
const secretWord = 'do-not-print-this'
let inputs: BuildInputs

beforeEach(async () => {
  write('mse.toml', 'name = "hello"\npython_application = "app:app"\nhealthcheck_endpoint = "/health"\n')
  write('mse_src/app.py', `app = "${secretWord}"\n`)
  write('mse_src/requirements.txt', 'flask\n')
  write('mse_src/sub/requirements.txt', `${secretWord}\n`)
  write('mse_src/run.sh', '#!/bin/sh\n')
  chmodSync(join(folder(), 'mse_src/run.sh'), 0o755)
  symlinkSync('app.py', join(folder(), 'mse_src/link.py'))
  inputs = await inputsNow()
})

async function inputsNow(): Promise<BuildInputs> {
  const project = await loadProject(folder())
  return {
    project,
    files: await listCodeFiles(project),
    dependencies: installedSet({ 'flask/__init__.py': 'x = 1\n', 'bin/tool': '#!' }),
    owner: { signing, public: createPublicKey(signing) },
    codeKey: codeKeyFrom(Buffer.alloc(32, 3)),
  }
}

function write(path: string, text: string): void {
  mkdirSync(join(folder(), path, '..'), { recursive: true })
  writeFileSync(join(folder(), path), text)
}

function lockFor(python: string): LockFile {
  const flask = { name: 'flask', version: '3.0.0', sha256: '00'.repeat(32), via: ['requirements.txt'] }
  const text = writeLock({ target: { python }, byteCode: null, requirements: '11'.repeat(32), packages: [flask] })
  return readLock(text) as LockFile
}

/** As the cache holds it: with the modes and the time that files of the cache have. */
function installedSet(files: Readonly<Record<string, string>>): InstalledSet {
  const directory = join(mkdtempSync(join(folder(), 'set-')), 'site-packages')
  const listed = Object.entries(files).map(([path, text]) => {
    const mode = path.startsWith('bin/') ? ('0755' as const) : ('0644' as const)
    const absolute = join(directory, path)
    mkdirSync(dirname(absolute), { recursive: true })
    writeFileSync(absolute, text)
    chmodSync(absolute, Number.parseInt(mode, 8))
    utimesSync(absolute, epoch, epoch)
    return { path, size: text.length, mode, sha256: sha256(text) }
  })
  const sorted = listed.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  return { directory, lock: lockFor('3.11'), files: sorted, licences: { flask: { expression: 'BSD-3-Clause' } } }
}

const build = (name: string, change: Partial<BuildInputs> = {}): Promise<Artefact> =>
  buildPackage({ ...inputs, ...change }, join(folder(), name))

it('gives identical bytes in another folder, after every time stamp has changed', async () => {
  const first = await build('first')
  write('mse_src/app.py', `app = "${secretWord}"\n`)
  inputs = await inputsNow()
  const second = await build('second')
  expect(second.indexBytes.equals(first.indexBytes)).toBe(true)
  const signatures = ['first', 'second'].map((name) => readFileSync(join(folder(), name, 'signature.json'), 'utf8'))
  expect(signatures[0]).toBe(signatures[1])
})

it('is opened and checked by who receives it', async () => {
  const built = await build('package')
  const opened = await openPackage(built.directory)
  expect(opened).toEqual(built)
  await expect(checkFiles(opened)).resolves.toBeUndefined()
})

it('encrypts every file of the code but the top-level requirements.txt', async () => {
  const { index, directory } = await build('package')
  const code = index.files.filter(({ path }) => path.startsWith('code/'))
  expect(code.map(({ path, mode }) => `${path} ${mode}`)).toEqual([
    'code/app.py.age 0644',
    'code/link.py.age 0644',
    'code/requirements.txt 0644',
    'code/run.sh.age 0755',
    'code/sub/requirements.txt.age 0644',
  ])
  expect(statSync(join(directory, 'code/run.sh.age')).mode & 0o777).toBe(0o755)
  for (const file of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue
    const content = readFileSync(join(file.parentPath, file.name))
    expect(content.includes(secretWord), file.name).toBe(false)
    expect(content.includes(sha256(`app = "${secretWord}"\n`)), `plaintext hash in ${file.name}`).toBe(false)
  }
})

it('does not show that two files have the same content', async () => {
  const { index } = await build('package')
  const [app, link] = ['code/app.py.age', 'code/link.py.age'].map((path) =>
    index.files.find((one) => one.path === path),
  )
  expect(app?.size).toBe(link?.size)
  expect(app?.sha256).not.toBe(link?.sha256)
})

it('names the lock, the bill of materials, the launcher and the dependencies in its index', async () => {
  const { index } = await build('package')
  const paths = index.files.map(({ path }) => path)
  expect(paths).toContain('launcher/__main__.py')
  expect(paths).toContain('requirements.lock')
  expect(paths).toContain('sbom.cdx.json')
  expect(paths.filter((path) => path.startsWith('site-packages/'))).toEqual([
    'site-packages/bin/tool',
    'site-packages/flask/__init__.py',
  ])
  expect(index.configuration).toMatchObject({
    name: 'hello',
    hardware: 2 ** 30,
    restart: 'sealed',
    tls: 'enclave',
    proxy: 'none',
  })
})

it.each<[string, () => Promise<Partial<BuildInputs>>]>([
  ['another code key', async () => ({ codeKey: codeKeyFrom(Buffer.alloc(32, 4)) })],
  ['another dependency', async () => ({ dependencies: installedSet({ 'flask/__init__.py': 'x = 2\n' }) })],
  ['another lock', async () => ({ dependencies: { ...inputs.dependencies, lock: { ...lockFor('3.11'), text: '' } } })],
  ['another Python', async () => ({ dependencies: { ...inputs.dependencies, lock: lockFor('3.12') } })],
  ['more memory', async () => ({ project: { ...inputs.project, hardware: 2 ** 31 } })],
])('measures %s', async (_, change) => {
  const before = await build('before')
  const after = await build('after', await change())
  expect(after.indexBytes.equals(before.indexBytes)).toBe(false)
})

it('a file beside a folder that has the name of its ciphertext', async () => {
  write('mse_src/data', 'x')
  write('mse_src/data.age/more', 'x')
  inputs = await inputsNow()
  await expect(build('clash')).rejects.toMatchObject({ code: 'project/path' })
})
