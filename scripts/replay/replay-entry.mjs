import { replayBinding, replayCertificate, replayEvidenceFile } from './certificates.mjs'
import { replayCrl, replayDocument } from './signed-objects.mjs'
import { replayQuote } from './quote-facts.mjs'
import { replaySignatures, replayVerification } from './verification.mjs'

const kinds = {
  quote: replayQuote,
  verify: replayVerification,
  'verify-nocrl': replayVerification,
  signatures: replaySignatures,
  ratls: replayCertificate,
  'ratls-real': replayBinding,
  evidence: replayEvidenceFile,
  'tcb-info': replayDocument,
  'enclave-identity': replayDocument,
  crl: replayCrl,
}

/** @returns whether the entry came out as its index says, with both in words */
export async function replayEntry(entry, directory) {
  const replay = kinds[entry.kind]
  if (replay === undefined) return { passed: false, expected: entry.expect, found: `an entry of kind ${entry.kind}` }
  try {
    return await replay(entry, directory)
  } catch (error) {
    return {
      passed: false,
      expected: entry.expect,
      found: `an exception: ${error.stack.split('\n').slice(0, 3).join(' ')}`,
    }
  }
}
