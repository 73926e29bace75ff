import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { listCodeFiles } from './list-code-files.ts'

let outside: string
let root: string

beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'mse-code-'))
  root = join(outside, 'code')
  await mkdir(root)
})
afterEach(() => rm(outside, { recursive: true }))

const put = (path: string, text = '', mode = 0o644): Promise<void> => writeFile(join(root, path), text, { mode })
const list = async (): Promise<string[]> => (await listCodeFiles({ codeDirectory: root })).map(({ path }) => path)

test('size, executable bit, and the place of the bytes', async () => {
  await put('run', '12345', 0o755)
  expect(await listCodeFiles({ codeDirectory: root })).toEqual([
    { path: 'run', absolute: join(root, 'run'), size: 5, executable: true },
  ])
})

test('sorted by bytes, not by letters or UTF-16', async () => {
  for (const name of ['\u{10000}', '\uffff', 'a', 'B', 'a-b', 'é']) await put(name)
  await mkdir(join(root, 'a.d'))
  await put('a.d/x')
  expect(await list()).toEqual(['B', 'a', 'a-b', 'a.d/x', 'é', '\uffff', '\u{10000}'])
})

test('dot-files stay, .mseignore goes, nested .mseignore is a file like any other', async () => {
  await mkdir(join(root, '.streamlit'))
  await put('.streamlit/config.toml')
  await put('.streamlit/.mseignore', '*')
  await put('.mseignore', 'nothing')
  await put('.hidden')
  expect(await list()).toEqual(['.hidden', '.streamlit/.mseignore', '.streamlit/config.toml'])
})

test('an excluded folder is not entered, so a negation below it has no effect', async () => {
  await mkdir(join(root, 'cache'))
  await put('cache/keep')
  await put('app.py')
  execFileSync('mkfifo', [join(root, 'cache/pipe')])
  await put('.mseignore', 'cache/\n!cache/keep\n')
  expect(await list()).toEqual(['app.py'])
})

describe('links', () => {
  test('to a file of the code folder: packaged as that file', async () => {
    await put('real.py', 'abc', 0o755)
    await symlink('real.py', join(root, 'link.py'))
    expect(await listCodeFiles({ codeDirectory: root })).toEqual([
      { path: 'link.py', absolute: join(root, 'real.py'), size: 3, executable: true },
      { path: 'real.py', absolute: join(root, 'real.py'), size: 3, executable: true },
    ])
  })

  test('the code folder itself may be one', async () => {
    await put('app.py')
    await symlink('app.py', join(root, 'b.py'))
    await symlink(root, join(outside, 'alias'))
    expect((await listCodeFiles({ codeDirectory: join(outside, 'alias') })).map(({ path }) => path)).toEqual([
      'app.py',
      'b.py',
    ])
  })

  test.each([
    ['a file outside', '/etc/passwd'],
    ['a file beside, whose name begins like the folder', '../code-of-others'],
    ['nothing', 'nowhere'],
    ['itself', 'link'],
    ['the code folder', '.'],
    ['a folder above', '..'],
  ])('to %s: refused', async (_, target) => {
    await put('app.py')
    await writeFile(join(outside, 'code-of-others'), '')
    await symlink(target, join(root, 'link'))
    await expect(list()).rejects.toMatchObject({ code: 'project/link-outside' })
  })

  test('through a link that leaves the folder: refused', async () => {
    await writeFile(join(outside, 'secret'), '')
    await symlink('../secret', join(root, 'first'))
    await put('.mseignore', '/first')
    await symlink('first', join(root, 'second'))
    await expect(list()).rejects.toMatchObject({ code: 'project/link-outside' })
  })

  test('to a folder: refused by name', async () => {
    await mkdir(join(root, 'pkg'))
    await symlink('pkg', join(root, 'alias'))
    await expect(list()).rejects.toMatchObject({ code: 'project/link-to-folder' })
  })

  test('an ignored one is nobody’s concern', async () => {
    await put('app.py')
    await symlink('/etc/passwd', join(root, 'link'))
    await put('.mseignore', '/link')
    expect(await list()).toEqual(['app.py'])
  })
})

test('a pipe is refused', async () => {
  execFileSync('mkfifo', [join(root, 'pipe')])
  await expect(list()).rejects.toMatchObject({ code: 'project/special-file' })
})

test.each([['a\\b'], ['line\nbreak'], ['tab\t'], [`${'n'.repeat(252)}`]])('the name %j is refused', async (name) => {
  await put(name)
  await expect(list()).rejects.toMatchObject({ code: 'project/path' })
})

test('a name that is not UTF-8 is refused', async () => {
  await writeFile(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x66, 0xff])]), '')
  await expect(list()).rejects.toMatchObject({ code: 'project/path' })
})

test('a path that would be too long in the package is refused', async () => {
  const folder = Array(5).fill('d'.repeat(203)).join('/')
  await mkdir(join(root, folder), { recursive: true })
  await put(`${folder}/x`)
  await expect(list()).rejects.toMatchObject({ code: 'project/path' })
})

test('nothing to package is refused', async () => {
  await put('.mseignore', '*')
  await put('app.py')
  await expect(list()).rejects.toMatchObject({ code: 'project/empty' })
})

test('a code folder that cannot be read is a problem of the project', async () => {
  await mkdir(join(root, '.mseignore'))
  await expect(list()).rejects.toMatchObject({ code: 'project/unreadable' })
  await expect(listCodeFiles({ codeDirectory: join(root, 'nowhere') })).rejects.toMatchObject({
    code: 'project/unreadable',
  })
})
