// Of the quoting enclave and the signature of the quote. See ../ways.mjs.

/** File, text to take away, what to put in its place. */
export const quotingEnclave = [
  [
    55,
    "signature of the quoting enclave's report",
    'quote/judge-quoting-enclave.ts',
    'proofs.qeReportIsSigned',
    'true',
  ],
  [
    56,
    'what the quoting enclave vouches for',
    'quote/judge-quoting-enclave.ts',
    'equal(qeReport.reportData.subarray(0, 32), proofs.attestationKeyHash)',
    'true',
  ],
  [56, 'the key without its 0x04', 'quote/prove.ts', 'quote.attestationKey.subarray(1)', 'quote.attestationKey'],
  [57, 'and for nothing else', 'quote/judge-quoting-enclave.ts', 'isZero(qeReport.reportData.subarray(32))', 'true'],
  [58, 'signer of the quoting enclave', 'quote/judge-quoting-enclave.ts', 'signer === identity.mrsigner', 'true'],
  [58, 'product of the quoting enclave', 'quote/judge-quoting-enclave.ts', 'isvProdId === identity.isvProdId', 'true'],
  [
    58,
    'MISCSELECT of the quoting enclave',
    'quote/judge-quoting-enclave.ts',
    "'quote/qe-miscselect', alike(miscSelect, identity.miscSelect, identity.miscSelectMask)",
    "'quote/qe-miscselect', true",
  ],
  [
    58,
    'attributes of the quoting enclave',
    'quote/judge-quoting-enclave.ts',
    "'quote/qe-attributes', alike(attributes, identity.attributes, identity.attributesMask)",
    "'quote/qe-attributes', true",
  ],
  [
    59,
    'level of the quoting enclave',
    'tcb/evaluate.ts',
    'matchSvn(identity.levels, qeIsvSvn)',
    'matchSvn(identity.levels, qeIsvSvn) ?? identity.levels.at(-1)',
  ],
  [
    60,
    'signature of the quote',
    'quote/judge.ts',
    "'quote/signature', proofs.quoteIsSigned",
    "'quote/signature', true",
  ],
  [60, 'signatures that judgement did not wait for', 'quote/prove.ts', 'areSigned && equal(', 'equal('],
  [60, 'a key on the curve', 'quote/decode.ts', 'isPoint(quote.attestationKey)', 'true'],
]
