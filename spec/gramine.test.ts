import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Questionable, Vectors } from './gramine/case.ts'
import type { Check } from './gramine/check.ts'
import { replay } from './gramine/replay.ts'
import { replayCase } from './gramine/replay-case.ts'
import { replayQuestionable } from './gramine/replay-questionable.ts'

const folder = join(import.meta.dirname, 'vectors/gramine')
const vectors = JSON.parse(readFileSync(join(folder, 'vectors.json'), 'utf8')) as Vectors
const { cases: questionable } = JSON.parse(readFileSync(join(folder, 'errors.json'), 'utf8')) as {
  readonly cases: readonly Questionable[]
}

let scratch: string
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'mse-gramine-test-'))
})
afterAll(() => rmSync(scratch, { recursive: true }))

const failures = (checks: readonly Check[]): readonly Check[] => checks.filter((check) => check.failure !== undefined)

describe('manifests that the real tools signed: every byte the same', () => {
  it.each(vectors.cases)('$name', async (one) => {
    const checks = await replayCase(folder, vectors, one, scratch)
    expect(failures(checks)).toEqual([])
    expect(checks.length).toBeGreaterThanOrEqual(7)
  })
})

describe('questionable manifests: refused where the real tools refuse, the same bytes where they accept', () => {
  it.each(questionable)('$name', async (one) => {
    expect(failures(await replayQuestionable(folder, vectors, one, scratch))).toEqual([])
  })
})

describe('a replay notices', () => {
  const [one] = vectors.cases

  async function replayChanged(change: (copy: string) => void): Promise<readonly string[]> {
    const copy = mkdtempSync(join(scratch, 'changed-'))
    cpSync(join(folder, 'shared'), join(copy, 'shared'), { recursive: true })
    cpSync(join(folder, one?.dir ?? ''), join(copy, one?.dir ?? ''), { recursive: true })
    writeFileSync(join(copy, 'vectors.json'), JSON.stringify({ ...vectors, cases: [one] }))
    change(copy)
    const checks: Check[] = []
    for await (const check of replay(copy)) checks.push(check)
    return failures(checks).map((check) => check.name.split(': ')[1] as string)
  }

  it('nothing where nothing was changed', async () => {
    expect(await replayChanged(() => undefined)).toEqual([])
  })

  it('a loader with one bit flipped', async () => {
    const failed = await replayChanged((copy) => {
      const loader = join(copy, 'shared/tiny-a.so')
      const bytes = readFileSync(loader)
      bytes[0x240] = (bytes[0x240] ?? 0) ^ 1
      writeFileSync(loader, bytes)
    })
    expect(failed).toEqual(['MRENCLAVE', 'SIGSTRUCT', 'fields of the SIGSTRUCT'])
  })

  it('a manifest with one space more than the tools write', async () => {
    const failed = await replayChanged((copy) => {
      const manifest = join(copy, one?.dir ?? '', 'app.manifest.sgx')
      writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(' = ', '  = '))
    })
    expect(failed).toEqual(['expanded manifest'])
  })
})
