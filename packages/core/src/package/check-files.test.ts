import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { refusal } from '../testing/refuses.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { writePackage } from '../testing/write-package.ts'
import type { Artefact } from './artefact.ts'
import { checkFiles } from './check-files.ts'

const parent = temporaryFolder()
let artefact: Artefact
const at = (path: string): string => join(artefact.directory, path)
const check = (): Promise<void> => checkFiles(artefact)

beforeEach(async () => {
  const directory = join(parent(), 'package')
  mkdirSync(directory)
  artefact = await writePackage(directory, {
    'code/app.py.age': 'ciphertext',
    'code/other.py.age': 'CIPHERTEXT',
    'code/run.sh': '#!',
    'site-packages/flask/__init__.py': 'flask',
    'site-packages/flask/empty.py': '',
  })
})

it('finds every file as it was measured', async () => {
  await expect(check()).resolves.toBeUndefined()
})

it('a byte changed', async () => {
  writeFileSync(at('code/app.py.age'), 'cipherText')
  await expect(check()).rejects.toThrow(refusal('package/file-changed'))
})

it('a byte more', async () => {
  writeFileSync(at('code/app.py.age'), 'ciphertext\n')
  await expect(check()).rejects.toThrow(
    refusal('package/file-changed', { expected: '10 bytes, mode 0644', found: '11 bytes, mode 0644' }),
  )
})

it('two files swapped, though they are of one size', async () => {
  renameSync(at('code/app.py.age'), at('code/kept'))
  renameSync(at('code/other.py.age'), at('code/app.py.age'))
  renameSync(at('code/kept'), at('code/other.py.age'))
  await expect(check()).rejects.toThrow(refusal('package/file-changed'))
})

it('a file renamed', async () => {
  renameSync(at('code/app.py.age'), at('code/main.py.age'))
  await expect(check()).rejects.toThrow(refusal('package/file-missing'))
})

it('a file made executable', async () => {
  chmodSync(at('code/app.py.age'), 0o755)
  await expect(check()).rejects.toThrow(refusal('package/file-changed'))
})

it('a file no longer executable', async () => {
  chmodSync(at('code/run.sh'), 0o644)
  await expect(check()).rejects.toThrow(refusal('package/file-changed'))
})

it('a file removed', async () => {
  rmSync(at('site-packages/flask/empty.py'))
  await expect(check()).rejects.toThrow(refusal('package/file-missing'))
})

it.each(['site-packages/sitecustomize.py', 'evil.pth', 'code/.hidden', 'site-packages/flask/x.so'])(
  'a file added: %s',
  async (path) => {
    writeFileSync(at(path), '')
    await expect(check()).rejects.toThrow(refusal('package/file-added'))
  },
)

it('a folder added, which Python could import as a package', async () => {
  mkdirSync(at('site-packages/orjson'))
  await expect(check()).rejects.toThrow(refusal('package/file-added'))
})

it('a link to the same bytes in place of a file', async () => {
  renameSync(at('code/app.py.age'), join(parent(), 'outside'))
  symlinkSync(join(parent(), 'outside'), at('code/app.py.age'))
  await expect(check()).rejects.toThrow(refusal('package/file-missing'))
})

it('a link to the same files in place of a folder', async () => {
  renameSync(at('site-packages'), join(parent(), 'outside'))
  symlinkSync(join(parent(), 'outside'), at('site-packages'))
  await expect(check()).rejects.toThrow(refusal('package/file-added'))
})

it('a link added', async () => {
  symlinkSync('/etc', at('code/etc'))
  await expect(check()).rejects.toThrow(refusal('package/file-added'))
})

it('a folder in place of a file', async () => {
  rmSync(at('code/app.py.age'))
  mkdirSync(at('code/app.py.age'))
  await expect(check()).rejects.toThrow(refusal('package/file-changed'))
})

it('a pipe in place of a file: it is not waited for', { timeout: 5_000 }, async () => {
  rmSync(at('site-packages/flask/empty.py'))
  execFileSync('mkfifo', [at('site-packages/flask/empty.py')])
  await expect(check()).rejects.toThrow(refusal('package/file-changed'))
})

it('a socket in place of a file', async () => {
  rmSync(at('code/run.sh'))
  const server = createServer().listen(at('code/run.sh'))
  await once(server, 'listening')
  await expect(check()).rejects.toThrow(refusal('package/file-missing'))
  server.close()
})

it('the files of another package of the same owner', async () => {
  const other = join(parent(), 'other')
  mkdirSync(other)
  await writePackage(other, { 'code/app.py.age': 'CIPHERTEXT' })
  cpSync(join(other, 'code'), at('code'), { recursive: true })
  await expect(check()).rejects.toThrow(refusal('package/file-changed'))
})
