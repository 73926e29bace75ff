import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { Turns } from './turns.ts'

it('so many work at once, in the order in which they came, those included that fail', async () => {
  const turns = new Turns(2)
  const begun: number[] = []
  let working = 0
  let most = 0
  const work = async (number: number): Promise<number> =>
    turns.take(async () => {
      begun.push(number)
      working += 1
      most = Math.max(most, working)
      await sleep(5)
      working -= 1
      if (number === 1) throw new Error('failed')
      return number
    })
  const all = await Promise.allSettled([0, 1, 2, 3, 4].map(work))
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'])
  expect([begun, most]).toEqual([[0, 1, 2, 3, 4], 2])
})
