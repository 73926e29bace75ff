import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { bin, Person, read, root } from './support/mse.ts'
import { plainApp, writeProject } from './support/project.ts'

const person = new Person()
afterAll(() => person.leave())

it('docs/encrypting-files.md is true, line by line', { timeout: 120_000 }, async () => {
  const { home } = person
  writeFileSync(join(home, 'data.csv'), 'a,b\n1,2\n')
  mkdirSync(join(home, 'data'))
  writeFileSync(join(home, 'data/file'), 'of a folder')
  const project = writeProject(home, { name: 'helloworld', app: plainApp })
  expect((await person.mse('package', project, '--output', join(home, 'helloworld.pkg'))).code).toBe(0)

  const page = read(root, 'docs/encrypting-files.md')
  const lines = [...page.matchAll(/^\$ (.*)$/gm)].map(([, line = '']) => line)
  expect(lines).toHaveLength(7)
  // The other machine is this one; the public key is that of the key that was made; what is unpacked again goes elsewhere.
  const script = lines
    .join('\n')
    .replace(/age1[0-9a-z]+…/, '$(grep -o "age1[0-9a-z]*" key.txt)')
    .replace('tar -x\n', 'tar -x -C unpacked\n')
  const around = `set -euo pipefail
    mse() { '${process.execPath}' '${bin}' "$@"; }
    ssh() { shift; sh -c "$*"; }
    mkdir unpacked
    ${script}`
  const { code, stdout, stderr } = await person.run('bash', ['-c', around])
  expect({ code, stderr: stderr.includes('error') }).toEqual({ code: 0, stderr: false })
  expect(stdout.endsWith(plainApp)).toBe(true)
  for (const [copy, original] of [
    ['copy.csv', 'data.csv'],
    ['unpacked/data/file', 'data/file'],
  ] as const) {
    expect(readFileSync(join(home, copy), 'utf8')).toBe(read(home, original))
  }
})
