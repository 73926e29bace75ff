import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadProject } from './load-project.ts'
import { scaffold } from './scaffold.ts'

let parent: string

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'mse-scaffold-'))
})
afterEach(() => rm(parent, { recursive: true }))

test('makes a project that loads without a warning, with secrets for the owner alone', async () => {
  const { root, files } = await scaffold('hello world', parent)
  expect(files).toEqual([
    '.gitignore',
    'README.md',
    'mse.toml',
    'mse_src/.mseignore',
    'mse_src/app.py',
    'mse_src/requirements.txt',
    'secrets.json',
    'secrets_to_seal.json',
    'tests/conftest.py',
    'tests/test_app.py',
  ])
  const project = await loadProject(root)
  expect(project).toMatchObject({ name: 'hello world', warnings: [], secretsFile: join(root, 'secrets.json') })
  expect((await stat(join(root, 'secrets.json'))).mode & 0o777).toBe(0o600)
  expect((await stat(join(root, 'secrets_to_seal.json'))).mode & 0o777).toBe(0o600)
  for (const file of files) expect(await readFile(join(root, file), 'utf8'), file).not.toContain('{{')
})

test('what exists is not touched', async () => {
  await mkdir(join(parent, 'hello'))
  await expect(scaffold('hello', parent)).rejects.toMatchObject({ code: 'project/exists' })
  expect(await readdir(join(parent, 'hello'))).toEqual([])
})

test('a place that is no folder is refused, and nothing is made', async () => {
  await writeFile(join(parent, 'file'), '')
  await expect(scaffold('hello', join(parent, 'file'))).rejects.toMatchObject({ code: 'project/unwritable' })
  expect(await readdir(parent)).toEqual(['file'])
})

test.each(['', '.', '..', 'a/b', '../x', ' a', 'a ', '-x', 'a"b', 'a\nb', 'x'.repeat(101)])(
  'the name %j is refused',
  async (name) => {
    await expect(scaffold(name, parent)).rejects.toMatchObject({ code: 'project/name' })
    expect(await readdir(parent)).toEqual([])
  },
)
