import { createHash, randomBytes } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { inlineHash, threadHash, type BlockHash } from './block-hash.ts'

const key = randomBytes(32)
const blocks = [1 << 20, 1 << 20, 77].map((length) => {
  const shared = Buffer.from(new SharedArrayBuffer(length))
  randomBytes(length).copy(shared)
  return shared
})
const [threaded, inline] = [threadHash(key), inlineHash(key)]
afterAll(() => threaded.end())

async function digest(hash: BlockHash, given: readonly Buffer[]): Promise<string> {
  for (const block of given) await hash.update(block)
  return (await hash.digest()).toString('hex')
}

it('without a key it is SHA-256 of all blocks, in a thread and without, again and again', async () => {
  const expected = createHash('sha256').update(Buffer.concat(blocks)).digest('hex')
  for (const hash of [threadHash(), inlineHash()]) {
    expect([await digest(hash, blocks), await digest(hash, blocks)]).toEqual([expected, expected])
    await hash.end()
  }
})

describe.each([
  ['in a thread', threaded],
  ['without one', inline],
])('under a key, %s', (_, hash) => {
  it('the same blocks give the same digest, from whichever of the two', async () => {
    expect(await digest(hash, blocks)).toBe(await digest(inline, blocks))
  })

  it.each<[string, () => Buffer[]]>([
    ['one other bit', () => blocks.map((block, at) => (at === 1 ? flipped(block) : block))],
    ['two blocks in another order', () => [blocks[1] as Buffer, blocks[0] as Buffer, blocks[2] as Buffer]],
    ['a block less', () => blocks.slice(1)],
    ['a block more', () => [...blocks, blocks[0] as Buffer]],
  ])('%s gives another', async (_, change) => {
    expect(await digest(hash, change())).not.toBe(await digest(hash, blocks))
  })

  it('another key gives another', async () => {
    expect(await digest(hash, blocks)).not.toBe(await digest(inlineHash(randomBytes(32)), blocks))
  })
})

function flipped(block: Buffer): Buffer {
  const other = Buffer.from(new SharedArrayBuffer(block.length))
  block.copy(other)
  other[12345] = (other[12345] as number) ^ 1
  return other
}
