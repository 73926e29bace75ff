import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { MseError } from '../../../error.ts'
import type { EnclaveSettings } from './enclave-settings.ts'
import { readLoader, type Loader } from './loader.ts'
import { measureEnclave } from './measure-enclave.ts'

/** The measurement once more, written down from spec/7-sgx.md as plainly as it stands there, over enclaves that nobody chose. */
const shared = join(import.meta.dirname, '../../../../../../spec/vectors/gramine/shared')
const PAGE = 4096
const up = (value: number): number => Math.ceil(value / PAGE) * PAGE
const down = (value: number): number => Math.floor(value / PAGE) * PAGE

interface PlainArea {
  readonly name: string
  readonly size: number
  readonly flags: number
  readonly content?: Buffer
  address: number
}

function plainly(manifest: Buffer, { size, threads, edmm }: EnclaveSettings, loader: Loader): string {
  const area = (name: string, bytes: number, flags: number): PlainArea => ({ name, size: bytes, flags, address: -1 })
  const many = (name: string, pages: number): PlainArea[] =>
    Array.from({ length: threads }, () => area(name, pages * PAGE, 0x203))
  const content = Buffer.concat([manifest, Buffer.alloc(1)])
  const areas = [
    { ...area('manifest', up(content.length), 0x201), content },
    area('ssa', threads * 8 * PAGE, 0x203),
    { ...area('tcs', threads * PAGE, 0x100), content: Buffer.alloc(threads * PAGE) },
    { ...area('tls', threads * PAGE, 0x203), content: Buffer.alloc(threads * PAGE) },
    ...many('stack', 64),
    ...many('signal', 16),
    { ...area('loader', loader.high - loader.low, 0x200), address: loader.low > 0 ? loader.low : -1 },
  ]
  let lowest = size
  for (const one of areas.filter(({ address }) => address === -1)) one.address = lowest -= one.size
  if (lowest < 0x10000) return 'enclave/size'
  const named = (name: string): PlainArea[] => areas.filter((one) => one.name === name)
  const [ssa, tcs, tls, pal] = ['ssa', 'tcs', 'tls', 'loader'].map((name) => named(name)[0] as PlainArea) as [
    PlainArea,
    PlainArea,
    PlainArea,
    PlainArea,
  ]
  const put = (to: PlainArea, at: number, value: number): void => void to.content?.writeBigUInt64LE(BigInt(value), at)
  for (let t = 0; t < threads; t += 1) {
    const [stack, signal] = [named('stack')[t] as PlainArea, named('signal')[t] as PlainArea]
    const [frame, own, control] = [ssa.address + t * 8 * PAGE, tls.address + t * PAGE, tcs.address + t * PAGE]
    for (const [at, value] of [
      [16, frame],
      [32, pal.address + loader.entry],
      [56, own],
    ] as const)
      put(tcs, t * PAGE + at, value)
    for (const [at, value] of [
      [28, 2],
      [64, 0xfff],
      [68, 0xfff],
    ] as const)
      tcs.content?.writeUInt32LE(value, t * PAGE + at)
    for (const [at, value] of [
      [0, own],
      [8, 0xbadbadbadbad],
      [0x110, size],
      [0x118, control],
      [0x120, stack.address + stack.size],
      [0x130, signal.address],
      [0x138, signal.address + signal.size],
      [0x148, frame],
      [0x150, frame + 16384 - 184],
      [0x1a0, content.length],
      [0x1a8, 0x10000],
      [0x1b0, pal.address],
    ] as const)
      put(tls, t * PAGE + at, value)
  }
  const hash = createHash('sha256')
  const record = (name: string, ...values: readonly (readonly [at: number, value: number])[]): void => {
    const bytes = Buffer.alloc(64)
    bytes.write(name)
    for (const [at, value] of values) bytes.writeBigUInt64LE(BigInt(value), at)
    hash.update(bytes)
  }
  const create = Buffer.alloc(64)
  create.write('ECREATE')
  create.writeUInt32LE(4, 8)
  create.writeBigUInt64LE(BigInt(size), 12)
  hash.update(create)
  const page = (address: number, flags: number, bytes: Buffer): void => {
    record('EADD', [8, address], [16, flags])
    for (let at = 0; at < PAGE; at += 256) {
      record('EEXTEND', [8, address + at])
      hash.update(bytes.subarray(at, at + 256))
    }
  }
  for (const { address, size: bytes, flags, content: given } of areas.filter((one) => one !== pal)) {
    const whole = Buffer.alloc(bytes)
    given?.copy(whole)
    for (let at = 0; at < bytes; at += PAGE) page(address + at, flags, whole.subarray(at, at + PAGE))
  }
  for (const { address, memorySize, offset, fileSize, permissions } of loader.segments) {
    const start = pal.address - loader.low + address
    for (let at = down(start); at < up(start + memorySize); at += PAGE) {
      const from = down(offset) + at - down(start)
      const bytes = Buffer.from(
        Array.from({ length: PAGE }, (_, k) =>
          from + k >= offset && from + k < offset + fileSize ? (loader.bytes[from + k] as number) : 0,
        ),
      )
      page(at, 0x200 | permissions, bytes)
    }
  }
  const free = (from: number, to: number): void => {
    for (let at = from; at < to; at += PAGE) record('EADD', [8, at], [16, 0x207])
  }
  if (!edmm && pal.address + pal.size < lowest) {
    free(pal.address + pal.size, lowest)
    lowest = pal.address
  }
  if (!edmm) free(0x10000, lowest)
  return hash.digest('hex')
}

/** A repeatable sequence of numbers below a limit (Lehmer, MINSTD). */
function numbers(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state * 48_271) % 2_147_483_647
    return state % limit
  }
}

it.each([1, 2, 3])('of enclaves of any size, with any threads, is what the specification says (%s)', (seed) => {
  const next = numbers(seed * 7919)
  const loaders = readdirSync(shared).filter((name) => name.startsWith('tiny-') && name.endsWith('.so'))
  let measured = 0
  for (let round = 0; round < 12; round += 1) {
    const loader = readLoader(readFileSync(join(shared, loaders[next(loaders.length)] as string)))
    const threads = next(4)
    const edmm = next(3) === 0
    // Not all of them whole pages: the tools take that, and so do we.
    const size = [2 ** 22, 2 ** 24, 2 ** 19 + next(2 ** 23), down(2 ** 19 + next(2 ** 23))][next(4)] as number
    const manifest = Buffer.alloc([0, 1, 4095, 4096, 8191, next(20_000)][next(6)] as number, 'm')
    const settings = { size, threads, edmm }
    let found: string
    try {
      found = measureEnclave(manifest, settings, loader).mrenclave.toString('hex')
      measured += 1
    } catch (error) {
      // What is refused for the loader's own address has no measurement to compare.
      if (!(error instanceof MseError) || error.code !== 'enclave/size') throw error
      continue
    }
    expect(found, JSON.stringify({ ...settings, manifest: manifest.length })).toBe(plainly(manifest, settings, loader))
  }
  expect(measured).toBeGreaterThan(5)
})
