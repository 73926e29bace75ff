import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checks } from '../packages/attest/src/checks/checks.ts'
import { exitCode } from '../packages/cli/src/exit-code.ts'
import { explanations } from '../packages/cli/src/explanations/explanations.ts'

const page = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const codes = Object.keys(checks)
/** Codes as a page writes them. */
const written = (path: string): readonly string[] =>
  [...page(path).matchAll(/`([a-z-]+\/[a-z0-9-]+)`/g)].map(([, code]) => code ?? '')
const families = new Set(codes.map((code) => code.split('/')[0]))

/** A check is one thing to the verifier, to `mse explain`, to scripts, and to who reads what a verdict means. */
describe('every check of the verifier', () => {
  it.each(codes)('%s refuses with exit code 3, and is explained', (code) => {
    expect(exitCode(code)).toBe(3)
    expect(explanations.has(code)).toBe(true)
  })

  it('stands in docs/verdict.md, which names no other', () => {
    const named = new Set(written('docs/verdict.md'))
    expect(codes.filter((code) => !named.has(code))).toEqual([])
    expect([...named].filter((code) => families.has(code.split('/')[0] ?? '') && !codes.includes(code))).toEqual([])
  })
})
