import { AttestationError, PolicyMismatch, strictSgxPolicy, strictTdxPolicy, verifyEvidence } from '@mse/attest'
import { Ledger, openQuote, proveQuote, readCertificate, sha256, tcbStatuses, toHex } from '@mse/attest/parts'
import { readBytes, readCollateral } from './index-file.mjs'

/** SubjectPublicKeyInfo of the Intel SGX Root CA, hex SHA-256: believed anyway. */
const intel = 'a0af031289f5d5d4132f9186068a7fc13628633ba235777472e29b6b6c67a49e'

/** Accepts every measurement, and every TCB status but Revoked, which no policy can accept. */
const open = { tcbStatuses, advisories: 'any' }

export function policyFor(tee, demands = {}) {
  const any = { measurement: 'any', signer: 'any', attributes: 'any', configId: 'any' }
  const registers = { mrtd: 'any', rtmr0: 'any', rtmr1: 'any', rtmr2: 'any', rtmr3: 'any', mrsignerseam: 'any' }
  return tee === 'tdx'
    ? strictTdxPolicy({ ...registers, ...open, ...demands })
    : strictSgxPolicy({ ...any, ...open, ...demands })
}

/** Where two answers can be defended, the strict policy says one of them, and these say the other (decisions/0011). */
const relaxed = {
  sgx: { tcbInfoVersions: [2, 3] },
  tdx: { tcbInfoVersions: [2, 3], tdAttributes: 'any', mrservicetd: 'any' },
}

/** What only the strict policy refuses. */
const recordedPolicies = new Set(['policy/tcb-info-versions', 'policy/td-attributes', 'policy/mrservicetd'])

/** Refusals on record that no policy changes: a chain without its root. */
const recordedRefusals = new Set(['quote/certification', 'signer/malformed'])

export async function replayVerification(entry, directory) {
  const given = await givenFor(entry, directory)
  const evidence = { quote: readBytes(directory, entry.quote) }
  const strict = await outcome(evidence, policyFor(entry.tee), given)
  const answers = [strict.text]
  let passed = agrees(entry.expect, strict)
  if (!passed && entry.level === 'policy') {
    const other = await outcome(evidence, policyFor(entry.tee, relaxed[entry.tee]), given)
    answers.push(other.text)
    passed = recordedRefusals.has(strict.code) || (agrees(entry.expect, other) && isRecorded(strict))
  }
  if (entry.expectIfDebugAllowed !== undefined) {
    const loose = entry.level === 'policy' ? relaxed[entry.tee] : {}
    const debugged = await outcome(evidence, policyFor(entry.tee, { ...loose, debug: 'any' }), given)
    answers.push(`with debugging ${debugged.text}`)
    passed = passed && agrees(entry.expectIfDebugAllowed, debugged)
  }
  return { passed, expected: entry.expect, found: answers.join(', ') }
}

function isRecorded({ differences }) {
  return differences !== undefined && differences.length > 0 && differences.every((code) => recordedPolicies.has(code))
}

/** A quote for which no collateral exists: everything but what Intel would say of its platform. */
export async function replaySignatures(entry, directory) {
  const given = await givenFor(entry, directory)
  const quote = readBytes(directory, entry.quote)
  const refused = await outcome({ quote }, policyFor(entry.tee), given)
  const found = refused.code === 'collateral/missing' ? await signatures(quote) : refused.text
  return { passed: found.startsWith(entry.expect.split(':')[0]), expected: entry.expect, found }
}

async function signatures(bytes) {
  const opened = openQuote(new Ledger(), bytes, {})
  const proofs = await proveQuote(opened)
  const { quote } = opened
  const bound = toHex(quote.qeReport.reportData) === toHex(proofs.attestationKeyHash) + '00'.repeat(32)
  const whole = proofs.qeReportIsSigned && bound && proofs.quoteIsSigned
  return whole ? 'accept:signatures' : 'reject:quote/signature'
}

/** @returns the root as the verifier wants it, the time, and the collateral if there is any */
export async function givenFor(entry, directory) {
  const root = toHex(await sha256(readCertificate(readBytes(directory, entry.root)).spki))
  return {
    now: new Date(entry.time * 1000),
    ...(entry.collateral === undefined ? {} : { collateral: readCollateral(directory, entry.collateral) }),
    ...(root === intel ? {} : { rootsForTesting: [root] }),
  }
}

/** What the verifier says: accept:STATUS or reject:CODE. */
export async function outcome(evidence, policy, given) {
  try {
    const { tcb } = await verifyEvidence(evidence, policy, given)
    return { text: `accept:${tcb.status}`, tcb }
  } catch (error) {
    if (error instanceof PolicyMismatch) {
      const differences = error.differences.map(({ code }) => code)
      return { text: `reject:${differences.join('+') || error.code}`, code: error.code, differences }
    }
    if (error instanceof AttestationError) return { text: `reject:${error.code}`, code: error.code }
    throw error
  }
}

/** Acceptance has to be with the status; of a refusal the reason is a hint. */
function agrees(expected, { text }) {
  return expected.startsWith('accept') ? text === expected : text.startsWith('reject:')
}
