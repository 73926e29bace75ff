import { AttestationError, collateralNeed } from '@mse/attest'
import { decodeEvidence } from '@mse/attest/evidence'
import { Ledger, decodeQuote, openCertificate, proveBinding } from '@mse/attest/parts'
import { readBytes } from './index-file.mjs'
import { givenFor, outcome, policyFor } from './verification.mjs'

/** Refusals on record where two answers can be defended (decisions/0022): a report that says more than its scheme defines, an unread scheme. */
const recorded = ['certificate/report-data', 'evidence/scheme']

/** A certificate that carries a quote, judged as any evidence. */
export async function replayCertificate(entry, directory) {
  const evidence = { certificate: readBytes(directory, entry.cert) }
  const found = await outcome(evidence, policyFor(teeOf(evidence)), await givenFor(entry, directory))
  const word = (text) => text.split(':')[0]
  const passed = word(found.text) === word(entry.expect) || (entry.level === 'policy' && recorded.includes(found.code))
  return { passed, expected: entry.expect, found: found.text }
}

/** A real certificate whose collateral nobody kept: whether its quote is over its key. */
export async function replayBinding(entry, directory) {
  const { certificate, raTls } = openCertificate(new Ledger(), readBytes(directory, entry.cert))
  const { quote } = decodeQuote(new Ledger(), raTls.quote)
  const isBound = await proveBinding(raTls, certificate, quote.body.reportData)
  const found = isBound ? 'binding:match' : 'binding:mismatch'
  return { passed: found === entry.expect, expected: entry.expect, found: `${found} by the rule of ${raTls.scheme}` }
}

/** An evidence file whose parts are of different times: at whatever time it is looked at, it is refused. */
export async function replayEvidenceFile(entry, directory) {
  const evidence = decodeEvidence(readBytes(directory, entry.file))
  const instants = Object.values(entry.validity).flat()
  const found = new Set()
  for (const now of instants.map((date) => new Date(date))) {
    found.add((await outcome(evidence, policyFor(teeOf(evidence)), { now })).text)
  }
  const passed = [...found].every((text) => text.startsWith('reject:') && !text.startsWith('reject:policy/'))
  return {
    passed,
    expected: 'reject at every instant',
    found: `${[...found].join(', ')} at ${instants.length} instants`,
  }
}

/** What the policy asks for follows the evidence, as far as it can be read. */
function teeOf(evidence) {
  try {
    return collateralNeed(evidence)?.tee ?? 'sgx'
  } catch (error) {
    if (error instanceof AttestationError) return 'sgx'
    throw error
  }
}
