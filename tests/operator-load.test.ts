import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeFileSync } from 'node:fs'
import { heldBy, throwAt, type Load, type Tally } from './support/load.ts'
import { OperatorMachine } from './support/operator.ts'
import { everyFile } from './support/traces.ts'

/**
 * A service under everything at once: silent, slow, loud and oversized connections, and paths that nobody chose. `node
 * scripts/operator-load.mjs` throws more at it; MSE_LOAD_* choose how much.
 */
const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise)
const load = {
  seed: number('MSE_LOAD_SEED', 20261126),
  connections: number('MSE_LOAD_CONNECTIONS', 140),
  paths: number('MSE_LOAD_PATHS', 2000),
  time: number('MSE_LOAD_SECONDS', 60) * 1000,
}
const machine = new OperatorMachine()
let everything: Load

beforeAll(async () => {
  await machine.serve()
  const token = await machine.token('ada')
  everything = { ...load, token, port: Number(new URL(machine.url).port) }
})
afterAll(() => machine.leave())

/** Of Node.js: what it takes for TLS before it gives it back, whatever is thrown at it. */
const slack = 128 << 20

it(
  'answers or refuses, serves who belongs there, and keeps nothing of it',
  { timeout: load.time + 300_000 },
  async () => {
    const pid = machine.pid as number
    // As much as it takes to have everything loaded once.
    await throwAt({ ...everything, connections: 70, paths: 500, time: 30_000 })
    const before = heldBy(pid)
    const files = everyFile(machine.root).length
    const tally = await throwAt(everything)
    const after = heldBy(pid)
    say(tally, before, after)
    const found = [...tally.keys()]
    expect(found).toContain('a user of the service: served')
    expect(found).not.toContain('a user of the service: not served')
    expect(found.filter((what) => /answered 5\d\d|still open|undefined/.test(what))).toEqual([])
    await expect.poll(() => heldBy(pid).descriptors, { timeout: 20_000 }).toBeLessThanOrEqual(before.descriptors + 4)
    expect(heldBy(pid).memory).toBeLessThan(before.memory + slack)
    expect(everyFile(machine.root)).toHaveLength(files)
  },
)

function say(tally: Tally, before: ReturnType<typeof heldBy>, after: ReturnType<typeof heldBy>): void {
  const file = process.env['MSE_LOAD_TALLY']
  if (file === undefined) return
  const lines = [...tally]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([what, times]) => `${String(times).padStart(8)}  ${what}`)
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`
  lines.push(`memory ${megabytes(before.memory)} before, ${megabytes(after.memory)} after; seed ${load.seed}`)
  writeFileSync(file, `${lines.join('\n')}\n`)
}
