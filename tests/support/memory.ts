import { closeSync, openSync, readFileSync, readSync } from 'node:fs'

/** Bytes that are read at once, and how many of them again with the next ones, so that nothing is missed in between. */
const block = 1 << 22
const overlap = 1 << 12

/** Which of the needles stand in the writable memory of a process (proc(5)). */
export function needlesInMemory(pid: number, needles: ReadonlyMap<string, Buffer>): string[] {
  const found = new Set<string>()
  const memory = openSync(`/proc/${pid}/mem`, 'r')
  const bytes = Buffer.alloc(block)
  try {
    for (const [from, to] of regionsOf(pid)) {
      for (let at = from; at < to; at += BigInt(block - overlap)) {
        const length = Number(to - at < BigInt(block) ? to - at : BigInt(block))
        const read = attempt(() => readSync(memory, bytes, 0, length, at))
        if (read === 0) break
        const seen = bytes.subarray(0, read)
        for (const [name, needle] of needles) if (seen.includes(needle)) found.add(name)
      }
    }
  } finally {
    closeSync(memory)
  }
  return [...found].toSorted()
}

function regionsOf(pid: number): [bigint, bigint][] {
  const maps = readFileSync(`/proc/${pid}/maps`, 'utf8')
  return [...maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw/gm)].map(([, from, to]) => [
    BigInt(`0x${from ?? ''}`),
    BigInt(`0x${to ?? ''}`),
  ])
}

/** A region that goes away, or cannot be read, holds nothing. */
function attempt(read: () => number): number {
  try {
    return read()
  } catch {
    return 0
  }
}
