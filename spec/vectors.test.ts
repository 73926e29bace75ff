import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { vectorFiles } from './vectors/make.ts'

const folder = join(import.meta.dirname, 'vectors')
const made = vectorFiles()

if (process.env['MSE_WRITE_VECTORS'] === '1') {
  for (const [name, text] of Object.entries(made)) writeFileSync(join(folder, name), text)
}

it.each(Object.keys(made))('%s is what make.ts makes', (name) => {
  expect(
    readFileSync(join(folder, name), 'utf8') === made[name],
    'MSE_WRITE_VECTORS=1 npx vitest run spec/vectors.test.ts',
  ).toBe(true)
})

it('makes the same bytes every time', () => {
  expect(vectorFiles()).toEqual(made)
})

it.each(readdirSync(folder).filter((name) => name.endsWith('.json')))(
  '%s is a vector file with different names',
  (name) => {
    const { comment, cases, ...unknown } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<
      string,
      unknown
    >
    expect(comment).toBeTypeOf('string')
    expect(unknown).toEqual({})
    const names = (cases as { name: string }[]).map((one) => one.name)
    expect(names.filter((one, at) => names.indexOf(one) !== at)).toEqual([])
  },
)
