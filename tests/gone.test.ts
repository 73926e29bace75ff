import { encodeEvidence } from '@mse/attest/evidence'
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hasRegistry, startRegistry, type RealRegistry } from '../packages/core/src/testing/real-registry.ts'
import { cutOff } from './support/cut-off.ts'
import { FaultyMachine } from './support/faults.ts'
import { startMachine, startPccs } from './support/hardware.ts'
import { count, outcomeOf, patient, some } from './support/misfortune.ts'
import { Person, type Envelope } from './support/mse.ts'
import { runHere } from './support/run-here.ts'
import { everyFile } from './support/traces.ts'

/** Promise 10, when a service that a command speaks to is gone in the middle of it. `node scripts/faults.mjs` counts these as well. */
afterEach(count)

describe.skipIf(!hasRegistry)('registry gone (skipped without docker-registry)', () => {
  const machine = new FaultyMachine()
  const { person } = machine
  const pkg = join(person.home, 'victim.pkg')
  let registry: RealRegistry
  beforeAll(async () => {
    const folder = join(person.home, 'registry')
    mkdirSync(folder)
    registry = await startRegistry(folder)
    expect(await outcomeOf(person, 'package', machine.project, '--output', pkg)).toBe('ok')
  }, 60_000)
  afterAll(async () => {
    await registry.stop()
    await machine.leave()
  })
  it.each(some([0, 700, 30_000, 1_000_000], [1_000_000]))(
    '%i bytes into a push: the next one completes it',
    patient,
    async (bytes) => {
      const way = await cutOff(registry.host, bytes)
      expect(await outcomeOf(person, 'push', pkg, `${way.host}/pushed-${bytes}:1`)).toMatch(
        /^registry\/(unreachable|unavailable)$/,
      )
      await way.stop()
      expect(await outcomeOf(person, 'push', pkg, `${registry.host}/pushed-${bytes}:1`)).toBe('ok')
    },
  )

  it.each(some([0, 700, 5_000, 1_000_000], [1_000_000]))(
    '%i bytes into a pull: nothing of it is kept, and nothing was started',
    patient,
    async (bytes) => {
      // Layers that are in the cache do not travel: each pull has a cache of its own.
      person.env['XDG_CACHE_HOME'] = join(person.home, `cache-${bytes}`)
      expect(await outcomeOf(person, 'push', pkg, `${registry.host}/pulled:1`)).toBe('ok')
      const way = await cutOff(registry.host, bytes)
      const target = join(person.home, `pulled-${bytes}`)
      expect(await outcomeOf(person, 'pull', `${way.host}/pulled:1`, '--output', target)).toMatch(
        /^registry\/(unreachable|unavailable)$/,
      )
      expect(existsSync(target)).toBe(false)
      expect(await outcomeOf(person, 'spawn', '--package', `${way.host}/pulled:1`)).toMatch(/^registry\//)
      await way.stop()
      await machine.expectConsistent()
      expect(await outcomeOf(person, 'spawn', '--package', `${registry.host}/pulled:1`)).toBe('ok')
      expect(await outcomeOf(person, 'remove', 'victim')).toBe('ok')
    },
  )
})

describe('PCCS gone', () => {
  const person = new Person()
  const now = new Date('2026-06-15T12:00:00Z')
  afterAll(() => person.leave())

  it.each(some([0, 1, 2, 3], [2]))(
    'after %i answers: no file, nothing half in the cache; then it is back',
    patient,
    async (answers) => {
      const home = mkdtempSync(join(person.home, 'fresh-'))
      const machine = await startMachine(now)
      const file = join(home, 'evidence')
      writeFileSync(file, encodeEvidence(machine.enclave.evidence))
      let asked = 0
      const dying = await startPccs(machine, machine.collateral, () =>
        (asked += 1) > answers ? { breakAfter: 0 } : undefined,
      )
      const output = join(home, 'output')
      const world = { home, now, rootsForTesting: [machine.hardware.rootKeyHash] }
      const fetch = (words: readonly string[]) =>
        runHere(
          ['evidence', file, '--collateral', '--output', output, '--json', '--collateral-timeout', '3', ...words],
          world,
        )
      const pccs = await startPccs(machine, machine.collateral)
      const lost = await fetch(dying.words)
      await dying.stop()
      expect((JSON.parse(lost.out) as Envelope).error?.code).toMatch(/^collateral\//)
      expect(existsSync(output)).toBe(false)
      expect(everyFile(join(home, '.cache')).filter((path) => path.endsWith('.tmp'))).toEqual([])
      expect((await fetch(pccs.words)).code).toBe(0)
      await pccs.stop()
      // With what is in the cache, nobody has to be there.
      expect((await fetch(pccs.words)).code).toBe(0)
    },
  )
})
