import { VerifierMemo } from '@mse/attest'
import { readBytes, readCollateral, readIndex } from '../replay/index-file.mjs'
import { outcome, policyFor } from '../replay/verification.mjs'

const chosen = ['sgx-v3-8fceddb2-2026-08-11', 'tdx-v4-f1c85033-2026-03-11', 'tdx-v5-cf77a6e9-2026-02-04']

/** Real quotes that are accepted, with the collateral of their day. @param folder laid out as data/dcap */
export function genuineCases(folder) {
  const entries = readIndex(folder)
  return chosen.map((id) => {
    const entry = entries.find((one) => one.id === id)
    return {
      id,
      tee: entry.tee,
      quote: readBytes(folder, entry.quote),
      collateral: readCollateral(folder, entry.collateral),
      raw: JSON.parse(new TextDecoder().decode(readBytes(folder, entry.collateral))),
      rootDer: readBytes(folder, entry.root),
      time: entry.time,
      memo: new VerifierMemo(),
    }
  })
}

/** What the verifier says of a case. */
export function judgeCase({ tee, quote, collateral, time, memo }) {
  return outcome({ quote }, policyFor(tee), { now: new Date(time * 1000), collateral, memo })
}
