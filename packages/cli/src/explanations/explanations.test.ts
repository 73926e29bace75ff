import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { explanations } from './explanations.ts'

const root = join(import.meta.dirname, '../../../..')

/** The sources of the product: no tests, and nothing that tests are made with. */
function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(
      (path) => /\.(ts|py)$/.test(path) && !/\.test\.ts$|(^|\/)(testing|explanations|node_modules|dist)\//.test(path),
    )
    .map((path) => readFileSync(join(root, folder, path), 'utf8'))
}

const text = [
  ...readdirSync(join(root, 'packages')).flatMap((name) => sources(`packages/${name}/src`)),
  ...sources('enclave/launcher'),
].join('\n')
const families = [...new Set([...explanations.keys()].map((code) => code.split('/')[0]))].filter(
  (one) => one !== 'interrupted',
)

/** Codes as they stand in the sources: quoted, or as the name of a check. */
const used = new Set(
  [...text.matchAll(new RegExp(`['"]((?:${families.join('|')})/[a-z][a-z0-9-]*)['"]`, 'g'))].map(
    ([, code]) => code as string,
  ),
)

/** The tests, but for those that only compare lists of codes. */
const tests = [
  ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}/src`),
  'tests',
  'spec',
  'enclave/tests',
]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(root, folder, path)),
  )
  .filter((path) => /\.test\.ts$|\.test-case\.ts$|\/test_\w+\.py$/.test(path) && !/exit-code|explanations/.test(path))
  .map((path) => readFileSync(path, 'utf8'))

describe('every error code', () => {
  it('of the sources is explained', () => {
    expect([...used].filter((code) => !explanations.has(code)).toSorted()).toEqual(noCodes)
  })

  it('that is explained occurs in the sources', () => {
    // Some families are written once, where their errors are made, and only the word is given to that place.
    const occurs = (code: string): boolean => used.has(code) || text.includes(`'${code.split('/')[1]}'`)
    expect([...explanations.keys()].filter((code) => code !== 'interrupted' && !occurs(code))).toEqual([])
  })

  it('is named by a test', () => {
    const unnamed = [...explanations.keys()].filter((code) => !isTested(code))
    expect(unnamed).toEqual([])
  })

  it.each([...explanations])('%s says what it means and what to do, in sentences', (_code, [meaning, remedy]) => {
    expect(meaning).toMatch(/.{10}\.$/)
    expect(remedy).toMatch(/.{4}\.$/)
  })
})

/** Whether a test says a code: quoted, with the place of an error after it or not; or its word, where a test is done for each family. */
function isTested(code: string): boolean {
  const [family = '', word = ''] = code.split('/')
  const quoted = new RegExp(`['"\`]${code}(?:['"\`]|:\\d)`)
  return tests.some(
    (text) =>
      quoted.test(text) || (text.includes(`\${family}/${word}\``) && new RegExp(`['"]${family}['"]`).test(text)),
  )
}

/** What looks like a code in the sources and is a path. */
const noCodes: readonly string[] = []
