import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checks } from './checks.ts'

const source = join(import.meta.dirname, '..')

it('every row of the table that is about genuineness has its attack', () => {
  const tests = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('attacks.test.ts'),
  )
  const text = tests.map((name) => readFileSync(join(source, name), 'utf8')).join('\n')
  const attacked = (code: string) =>
    text.includes(`'${code}'`) || text.includes('${family}' + code.slice(code.indexOf('/')))
  expect(Object.keys(checks).filter((code) => !code.startsWith('policy/') && !attacked(code))).toEqual([])
})

it('the specification lists every check, in the order of judgement', () => {
  const spec = readFileSync(join(source, '../../../spec/4-evidence.md'), 'utf8')
  const rows = [...spec.matchAll(/^\| `([a-z-]+\/[a-z0-9-]+)` \|/gm)].map(([, code]) => code)
  expect(rows).toEqual(Object.keys(checks))
})
