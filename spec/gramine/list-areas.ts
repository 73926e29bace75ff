import type { Area } from '@mse/core/platform/sgx/measure/layout'
import { roundDown, roundUp, type Loader } from '@mse/core/platform/sgx/measure/loader'
import type { ListedArea } from './case.ts'

/** Areas as the vectors list them: equal ones that follow one another counted, the loader by its segments. */
export function listAreas(areas: readonly Area[], loader: Loader): ListedArea[] {
  const listed: ListedArea[] = []
  for (const area of areas) {
    if (area.name === 'pal') listed.push(...segments(area, loader))
    else if (area.name === 'stack' || area.name === 'sig_stack') addCounted(listed, area)
    else listed.push(entry(area.name, area.address, area.size, area.flags))
  }
  return listed
}

function addCounted(listed: ListedArea[], area: Area): void {
  const last = listed.at(-1)
  if (last?.desc !== area.name) listed.push({ ...entry(area.name, area.address, area.size, area.flags), count: 1 })
  else listed[listed.length - 1] = { ...last, count: (last.count ?? 1) + 1, last_start: hex(area.address) }
}

function segments(area: Area, loader: Loader): ListedArea[] {
  return loader.segments.map((segment) => {
    const address = area.address - loader.low + segment.address
    const start = roundDown(address)
    const flags = area.flags | segment.permissions
    return entry((flags & 4) === 0 ? 'data' : 'code', start, roundUp(address + segment.memorySize) - start, flags)
  })
}

function entry(desc: string, start: number, size: number, flags: number): ListedArea {
  const prot = ['R', 'W', 'X'].map((letter, bit) => ((flags & (1 << bit)) === 0 ? '-' : letter)).join('')
  const type = (flags & 0x100) === 0 ? 'REG' : 'TCS'
  return { desc, start: hex(start), end: hex(start + size), type, prot, measured: desc !== 'free' }
}

function hex(address: number): string {
  return `0x${address.toString(16)}`
}
