import type { Family } from './explanation.ts'

const damaged = 'Collect the evidence again: mse evidence. If it stays so, whoever sent it made it up or damaged it.'
const forged = 'Do not trust this enclave. Evidence that is damaged on the way looks the same, so collect it once more.'

/** The quote, and the quoting enclave that signed it. */
export const quote: Family = {
  'quote/body-size': ["The quote's body has another size than bodies of its type have.", damaged],
  'quote/certification': [
    'The quote does not bring its own certificate chain (certification data of type 5). Without it nobody can tell which platform it is from.',
    'Have the platform registered with Intel or with its PCCS, so that its quotes carry the PCK chain.',
  ],
  'quote/key': ['The attestation key in the quote is not a point of the curve P-256.', damaged],
  'quote/key-type': [
    'The attestation key is of a kind that no quoting enclave in use has.',
    'Only ECDSA P-256 is in use; EPID is not supported.',
  ],
  'quote/malformed': ['A length in the quote runs past its end.', damaged],
  'quote/qe-attributes': ["The quoting enclave's attributes are not those that Intel publishes for it.", forged],
  'quote/qe-binding': ['The quoting enclave does not vouch for the key that signed the quote.', forged],
  'quote/qe-binding-rest': ['The quoting enclave reports more than it should beside the key.', forged],
  'quote/qe-debug': [
    'The quoting enclave is a debug enclave: whoever runs it can read its key and sign anything.',
    forged,
  ],
  'quote/qe-level': [
    'The quoting enclave is older than any that Intel still knows.',
    'Update the DCAP packages of the machine, then launch again.',
  ],
  'quote/qe-miscselect': ["The quoting enclave's MISCSELECT is not what Intel publishes for it.", forged],
  'quote/qe-product': [
    'The enclave that signed is another product of the same signer, not the quoting enclave.',
    forged,
  ],
  'quote/qe-signature': ["The platform's key did not sign the quoting enclave's report.", forged],
  'quote/qe-signer': ['The quoting enclave is not signed by the signer that Intel publishes.', forged],
  'quote/signature': ['The attestation key did not sign this quote. A single changed bit is enough.', forged],
  'quote/tee': ['Version, TEE type and body of the quote do not belong together.', damaged],
  'quote/trailing': ['Bytes other than zeroes follow the quote.', damaged],
  'quote/unaccounted': ['The signature section of the quote holds bytes that no field accounts for.', damaged],
  'quote/vendor': [
    'The quoting enclave names another vendor than that of the platform whose root was reached.',
    forged,
  ],
  'quote/version': [
    'The quote is of a version that this verifier does not read.',
    'Versions 3, 4 and 5 are read. A newer one needs a newer mse.',
  ],
  'quote/wrapping': [
    "A quote of version 4 or 5 wraps the quoting enclave's part as certification data of type 6; this one does not.",
    damaged,
  ],
}
