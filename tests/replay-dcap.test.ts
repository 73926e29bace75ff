import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Recorded evidence; to run these, set MSE_SHARED to the folder that holds data/dcap. */
const data = join(process.env['MSE_SHARED'] ?? '', 'data/dcap')
const there = process.env['MSE_SHARED'] !== undefined && existsSync(join(data, 'INDEX.json'))

interface Entry {
  readonly kind: string
  readonly id: string
}

interface Replayed {
  readonly passed: boolean
  readonly expected: string
  readonly found: string
}

const { entries }: { entries: Entry[] } = there
  ? JSON.parse(readFileSync(join(data, 'INDEX.json'), 'utf8'))
  : { entries: [] }
const script = join(import.meta.dirname, '../scripts/replay/replay-entry.mjs')

it.skipIf(there)('recorded evidence is skipped: MSE_SHARED does not name a folder with data/dcap', ({ skip }) => skip())

describe.skipIf(!there)('recorded evidence', async () => {
  const { replayEntry } = (await import(script)) as {
    replayEntry: (entry: Entry, directory: string) => Promise<Replayed>
  }

  it('is enough of it', () => {
    expect(entries.length).toBeGreaterThan(500)
  })

  it.each(entries)('$kind $id', async (entry) => {
    const { passed, expected, found } = await replayEntry(entry, data)
    expect(passed, `expected ${expected}, found ${found}`).toBe(true)
  })
})
