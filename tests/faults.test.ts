import { appendFileSync } from 'node:fs'
import { afterAll, describe, it } from 'vitest'
import { faultsOf, FaultyMachine } from './support/faults.ts'

/**
 * Promise 10, at moments that nobody chose: SIGKILL for the command or a part of the enclave, in the middle of whatever is under
 * way. `node scripts/faults.mjs` tries 200 of them; MSE_FAULTS and MSE_FAULTS_SEED choose how many and which.
 */
const count = Number(process.env['MSE_FAULTS'] ?? 20)
const seed = Number(process.env['MSE_FAULTS_SEED'] ?? 20261126)
const tally = process.env['MSE_FAULTS_TALLY']

const machine = new FaultyMachine()
afterAll(() => machine.leave())

describe(`kill -9, seed ${seed}`, () => {
  it.each(faultsOf(seed, count).map((fault, number) => ({ number: number + 1, ...fault })))(
    '$number: the $victim, $at ms after $scene began',
    { timeout: 120_000 },
    async (fault) => {
      let outcome = 'failed'
      try {
        await machine.suffer(fault)
        outcome = 'passed'
      } finally {
        if (tally !== undefined) appendFileSync(tally, `${fault.scene} ${fault.victim} ${outcome}\n`)
      }
    },
  )
})
