// The evidence that is measured: real quotes of the shared data with the collateral of their day.
import { join } from 'node:path'
import { VerifierMemo, formatPolicy, parsePolicy, strictSgxPolicy, strictTdxPolicy, verifyEvidence } from '@mse/attest'
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

/** This verifier with a memo that knows the collateral and the CA. */
export async function withMemo({ quote, collateral, policy, time }) {
  const given = { now: new Date(time * 1000), collateral, memo: new VerifierMemo() }
  await verifyEvidence({ quote }, policy, given)
  return () => verifyEvidence({ quote }, policy, given)
}
