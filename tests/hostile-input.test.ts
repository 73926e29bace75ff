import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Real files to damage; to run these, set MSE_SHARED to the folder that holds data/dcap. */
const data = join(process.env['MSE_SHARED'] ?? '', 'data/dcap')
const there = process.env['MSE_SHARED'] !== undefined && existsSync(join(data, 'INDEX.json'))
const scripts = join(import.meta.dirname, '../scripts')

interface Change {
  readonly part: string
  readonly place: number
}

interface Mutations {
  readonly changesOf: (genuine: object) => Iterable<Change>
  readonly change: (genuine: object, what: Change) => object
}

interface GenuineCases {
  readonly genuineCases: (folder: string) => readonly { readonly id: string }[]
  readonly judgeCase: (genuine: object) => Promise<{ readonly text: string }>
}

interface Fuzz {
  readonly fuzz: (
    targets: unknown,
    given: { readonly seed: number; readonly inputs: number; readonly slowest: number },
  ) => { readonly refused: number; readonly accepted: number; readonly wrong: readonly string[] }
}

it.skipIf(there)('damaged evidence is skipped: MSE_SHARED does not name a folder with data/dcap', ({ skip }) => skip())

describe.skipIf(!there)('damaged evidence', async () => {
  const { change, changesOf }: Mutations = await import(join(scripts, 'mutations/mutations.mjs'))
  const { genuineCases, judgeCase }: GenuineCases = await import(join(scripts, 'mutations/genuine-cases.mjs'))

  // scripts/mutate-evidence.mjs makes every change; here it is each 397th.
  it.each(there ? genuineCases(data) : [])('$id is refused with any bit changed', async (genuine) => {
    expect((await judgeCase(genuine)).text).toMatch(/^accept:/)
    const sampled = [...changesOf(genuine)].filter((_, index) => index % 397 === 0)
    expect(sampled.length).toBeGreaterThan(100)
    const accepted: Change[] = []
    for (const what of sampled) {
      if ((await judgeCase(change(genuine, what))).text.startsWith('accept:')) accepted.push(what)
    }
    expect(accepted).toEqual([])
  })

  // scripts/fuzz.mjs does the same 5 million times, and looks at time and memory as well.
  it('makes no parser fail in a way of its own', async () => {
    const { fuzz }: Fuzz = await import(join(scripts, 'fuzz/fuzz.mjs'))
    const { targets }: { targets: (folder: string) => unknown } = await import(join(scripts, 'fuzz/targets.mjs'))
    const { refused, accepted, wrong } = fuzz(targets(data), { seed: 20, inputs: 5_000, slowest: Infinity })
    expect(wrong).toEqual([])
    expect(refused).toBeGreaterThan(1_000)
    expect(accepted).toBeGreaterThan(50)
  })
})
