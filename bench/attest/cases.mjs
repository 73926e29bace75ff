// The evidence that is measured: real quotes of the shared data with the collateral of their day.
import { join } from 'node:path'
import { VerifierMemo, formatPolicy, parsePolicy, strictSgxPolicy, strictTdxPolicy, verifyEvidence } from '@mse/attest'
import { Ledger, basesOf, openQuote } from '@mse/attest/parts'
import { readBytes, readCollateral, readIndex } from '../../scripts/replay/index-file.mjs'

const chosen = ['sgx-v3-f8b81014-2023-12-06', 'tdx-v4-f1c85033-2026-03-11', 'tdx-v5-cf77a6e9-2026-02-04']

const open = { tcbStatuses: ['UpToDate', 'ConfigurationAndSWHardeningNeeded'], advisories: 'any' }
const registers = { mrtd: 'any', rtmr0: 'any', rtmr1: 'any', rtmr2: 'any', rtmr3: 'any' }

function policyFor(tee) {
  return tee === 'tdx'
    ? strictTdxPolicy({ ...registers, ...open })
    : strictSgxPolicy({ measurement: 'any', signer: 'any', ...open })
}

/** @param shared the folder that holds data/dcap */
export function readCases(shared) {
  const folder = join(shared, 'data/dcap')
  const entries = readIndex(folder)
  if (entries === undefined) throw new Error(`${folder} has no INDEX.json`)
  return chosen.map((id) => {
    const entry = entries.find((one) => one.id === id)
    return {
      id,
      quote: readBytes(folder, entry.quote),
      collateral: readCollateral(folder, entry.collateral),
      raw: JSON.parse(new TextDecoder().decode(readBytes(folder, entry.collateral))),
      time: entry.time,
      // As read from a file, once.
      policy: parsePolicy(formatPolicy(policyFor(entry.tee))),
    }
  })
}

/** This verifier, from nothing. */
export function verifyFresh({ quote, collateral, policy, time }) {
  return verifyEvidence({ quote }, policy, { now: new Date(time * 1000), collateral })
}

/** This verifier with a memo that knows the collateral, the CA and the platform. */
export async function withMemo({ quote, collateral, policy, time }) {
  const given = { now: new Date(time * 1000), collateral, memo: new VerifierMemo() }
  const run = () => verifyEvidence({ quote }, policy, given)
  await run()
  return run
}

/** The same with a memo that has seen so many other platforms of that CA since that it has forgotten this one. */
export async function withMemoOfOthers({ quote, collateral, policy, time }) {
  const given = { now: new Date(time * 1000), collateral, memo: new VerifierMemo() }
  const run = () => verifyEvidence({ quote }, policy, given)
  await run()
  const { basis, leaf } = openQuote(new Ledger(), quote, { collateral })
  const { pcks } = basesOf(given.memo).find({ ca: basis.ca.bytes, root: basis.root.bytes, collateral })
  const before = () => {
    for (let number = 0; number < 64; number += 1) {
      const bytes = leaf.bytes.slice()
      bytes[number + 20] ^= 1
      pcks.keep({ leaf: { ...leaf, bytes }, key: Promise.resolve(undefined) })
    }
  }
  return { before, run }
}
