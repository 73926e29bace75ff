import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { test } from './testing/bench-test.ts'

test('what only a compiler reads stays out, what Python may read or import stays in', async ({ bench, expect }) => {
  const stays = ['big/data.json', 'big/stubs.pyi', 'big/tests/__init__.py', 'big/tests/test_a.py', 'big/code.c']
  const goes = ['big/include/api.h', 'big/include/api.hpp', 'big/fast.pyx', 'big/fast.pxd', 'big/libbig.a']
  const files = Object.fromEntries([...stays, ...goes].map((path) => [path, '']))
  bench.wheel('big', '1.0', { files })
  const set = await bench.install('big\n')
  const paths = set.files.map(({ path }) => path)
  expect(paths).toEqual(expect.arrayContaining(stays))
  expect(paths.filter((path) => goes.includes(path))).toEqual([])
  expect(paths.filter((path) => path.includes('/tests/__pycache__'))).toEqual([])
  const record = readFileSync(join(set.directory, 'big-1.0.dist-info/RECORD'), 'utf8')
  const listed = record.split('\n').flatMap((row) => row.split(',')[0] ?? [])
  expect(listed.filter((path) => path.startsWith('big/')).toSorted()).toEqual(stays.toSorted())
})

test('a wheel says what its licence is, in the old ways and in the new one', async ({ bench, expect }) => {
  const classifier = 'Classifier: License :: OSI Approved :: MIT License'
  const whole = 'License: Copyright somebody\n        All the conditions follow.'
  bench.wheel('expression', '1', { metadata: ['License-Expression: MIT OR Apache-2.0', classifier] })
  bench.wheel('named', '1', { metadata: ['License: BSD', classifier] })
  bench.wheel('whole.text', '1', { metadata: [whole, classifier] })
  bench.wheel('silent', '1', { metadata: ['License: UNKNOWN'] })
  const { licences } = await bench.install('expression\nnamed\nwhole.text\nsilent\n')
  expect(licences).toEqual({
    expression: { expression: 'MIT OR Apache-2.0' },
    named: { name: 'BSD' },
    'whole-text': { name: 'MIT License' },
  })
})

test('a wheel with a file whose name no package can hold is refused, and nothing of it is kept', async ({
  bench,
  expect,
}) => {
  bench.wheel('windows', '1.0', { files: { 'windows/back\\slash.txt': '' } })
  await expect(bench.install('windows\n')).rejects.toMatchObject({ code: 'dependencies/file' })
  await expect(bench.install('windows\n')).rejects.toMatchObject({ code: 'dependencies/file' })
})
