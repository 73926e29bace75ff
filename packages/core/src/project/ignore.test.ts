import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listCodeFiles } from './list-code-files.ts'

// The oracle is git itself: the same rules, the same files, the same answer.
const FILES = [
  '.env',
  '.well-known/x',
  'A',
  'Makefile',
  '[x]',
  '#hash',
  '!bang',
  '-dash',
  'a+b(c)',
  'a1',
  'a[b]c',
  'abc',
  'b.txt',
  'back?x',
  'bar/.hidden',
  'bar/baz/foo',
  'bar/baz/qux.py',
  'bar/foo',
  'build/out.o',
  'doc/a.txt',
  'doc/sub/b.txt',
  'foo.d/bar',
  'foo2/foo',
  'foox',
  'keep.log',
  'logs/debug.log',
  'logs/x/debug.log',
  'q1',
  'src/a.pyc',
  'src/build/out.o',
  'src/deep/er/a.pyc',
  'src/deep/er/keep.pyc',
  'star*file',
  'x ',
  'x y',
  'z/foo/bar/w',
  '{x,y}',
  'é.txt',
] as const

const RULES = [
  '',
  'foo',
  '/foo',
  'foo/',
  'bar/',
  '/bar/baz',
  'bar/baz',
  'bar/baz/',
  'bar/**',
  'bar/*',
  '**/foo',
  '**/foo/bar',
  '*/foo',
  '**/',
  'src/**/a.pyc',
  'src/**/er/*.pyc',
  '*.pyc\n!keep.pyc',
  '*.pyc\n!/src/deep/er/keep.pyc',
  '*\n!a1',
  '*\n!*/\n!*.txt',
  '/*\n!/src',
  'src/*\n!src/deep',
  'src/\n!src/a.pyc',
  'src/**\n!src/**/\n!*.pyc',
  'doc/*/\n!doc/sub/',
  '**/build',
  'build/',
  '/build',
  '!foo\nfoo',
  'logs/**/debug.log',
  'logs/*.log',
  '*.log\n!keep.log',
  '**.log',
  'a**c',
  '***',
  '**',
  '/**',
  '*',
  '.*',
  '.*/',
  '!.env\n.*',
  '\\#hash',
  '#hash',
  '\\!bang',
  '!bang',
  'x\\ ',
  'x ',
  'x\\ y',
  'x y',
  ' a1',
  'a1\t',
  '[ab]*',
  'a[b]c',
  'a\\[b\\]c',
  '[x]',
  '\\[x]',
  '[!a]bc',
  '[^b]bc',
  '[a-c]bc',
  '[a\\-c]bc',
  '[z-a]bc',
  '[[:alpha:]]bc',
  '[[:digit:]a]1',
  '[[:foo:]]bc',
  '[]-]*',
  '[',
  'a[',
  'star\\*file',
  'back\\?x',
  'q?',
  'q[0-9]',
  '?.txt',
  '??.txt',
  'é.txt',
  '*.t?t',
  'b*z',
  '*a*',
  '{x,y}',
  'a+b(c)',
  '-dash',
  'foo\\',
  'foo2//foo',
  './a1',
  'bar/./foo',
  '..',
  '.',
  '/',
  '//',
  '!',
  '\\',
  '\\\\',
  'makefile',
  'M*',
  '\uFEFFa1',
  'a1\r\nq1\r\n',
  'a1\n\n\nq1',
]

let root: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'mse-ignore-'))
  execFileSync('git', ['init', '--quiet', root])
  for (const file of FILES) {
    await mkdir(join(root, dirname(file)), { recursive: true })
    await writeFile(join(root, file), '')
  }
})
afterAll(() => rm(root, { recursive: true }))

async function ours(): Promise<string[]> {
  const files = await listCodeFiles({ codeDirectory: root }).catch((error: { code: string }) => {
    if (error.code === 'project/empty') return []
    throw error
  })
  return files.map(({ path }) => path).filter((path) => !path.startsWith('.git/'))
}

function gits(): string[] {
  const list = execFileSync('git', ['-C', root, 'ls-files', '-z', '--others', '--exclude-from=.mseignore'], {
    encoding: 'utf8',
  })
  return list.split('\0').filter((path) => path !== '' && path !== '.mseignore')
}

test.each(RULES)('as git: %j', async (rules) => {
  await writeFile(join(root, '.mseignore'), `${rules}\n`)
  expect(await ours()).toEqual(gits().sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
})
