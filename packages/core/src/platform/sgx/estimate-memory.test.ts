import { describe, expect, it } from 'vitest'
import { estimateMemory } from './estimate-memory.ts'

const MiB = 2 ** 20
const used = { memory: 100 * MiB, libraries: 50 * MiB, threads: 12 }

describe('the memory of an enclave', () => {
  it('holds everything, in the smallest power of two', () => {
    const { needed, smallest, parts } = estimateMemory(used, 10, 10_000)
    expect(needed).toBe(parts.reduce((sum, { size }) => sum + size, 0))
    expect(smallest).toBe(512 * MiB)
    expect(smallest / 2).toBeLessThan(needed)
  })

  it('is never less than mse.toml can ask for', () => {
    expect(estimateMemory({ memory: 0, libraries: 0, threads: 0 }, 1, 0).smallest).toBeGreaterThanOrEqual(128 * MiB)
  })

  it.each([
    ['what the application has used', { ...used, memory: used.memory + MiB }, 10, 10_000],
    ['libraries', { ...used, libraries: used.libraries + MiB }, 10, 10_000],
    ['threads that have run', { ...used, threads: 13 }, 10, 10_000],
    ['threads that may run', used, 11, 10_000],
    ['trusted files', used, 10, 10_001],
  ])('grows with %s', (_what, more, threads, files) => {
    expect(estimateMemory(more, threads, files).needed).toBeGreaterThan(estimateMemory(used, 10, 10_000).needed)
  })

  it('leaves to the application what libraries and Gramine do not take', () => {
    const { smallest, needed, effective } = estimateMemory(used, 10, 10_000)
    expect(smallest - effective).toBe(needed - used.memory)
  })
})
