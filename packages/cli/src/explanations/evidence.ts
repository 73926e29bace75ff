import type { Family } from './explanation.ts'

const again = 'Collect it again: mse evidence NAME.'
const forged = 'Do not send anything there. Somebody shows evidence that is not theirs.'

/** What an enclave shows, and the connection on which it shows it. */
export const evidence: Family = {
  'evidence/other-app': [
    'The file of evidence says that it is of another application than the project here.',
    'Ask the operator for the evidence of the right one.',
  ],
  'evidence/other-version': [
    'The file of evidence says that it is of another version of the application: code, dependencies or configuration differ.',
    'Hand the operator the package of this version, or seal from the project of that one.',
  ],
  'evidence/other-kind': [
    'The file that was given as evidence is another file of mse: a bundle, a policy.',
    'Give the file that mse evidence has written.',
  ],
  'certificate/key-binding': ['The enclave did not vouch for the key of this certificate.', forged],
  'certificate/key-strength': [
    'The RSA key of the certificate has fewer than 2048 bits: others may find it.',
    'Have its operator give the enclave a longer key, or a P-256 one.',
  ],
  'certificate/other-key': [
    'Another key answers than the one that was verified. Nothing was sent.',
    'Verify again; if the enclave was launched anew, its owner can tell.',
  ],
  'certificate/report-data': [
    'The enclave reports 32 bytes that its way of showing a quote gives no meaning to.',
    'Ask whoever wrote it what they are for; enclaves of Gramine leave them zero.',
  ],
  'certificate/signature': ['The certificate is not signed by its own key.', forged],
  'certificate/validity': [
    'The certificate is not valid now.',
    "Check this machine's clock; an enclave gets a new certificate when it is launched again.",
  ],
  'evidence/bare-quote': [
    'A quote without a certificate shows that there is an enclave, and not that you talk to it.',
    'Verify the URL of the enclave, or its certificate.',
  ],
  'evidence/claims': ['The claims beside the quote do not name exactly one key by its hash.', forged],
  'evidence/malformed': ['The file is neither evidence, nor a certificate, nor a quote.', again],
  'evidence/no-quote': [
    'The certificate carries no quote, or more than one: an ordinary web server, perhaps.',
    'Check the address.',
  ],
  'evidence/oid': ['The quote travels under the OID of another kind of platform.', forged],
  'evidence/scheme': [
    'The certificate carries its evidence in a way that mse knows and does not read.',
    'The message names it. Only SGX, TDX and software enclaves are verified.',
  ],
  'evidence/unreadable': ['The file cannot be read, or is far too large to be evidence.', again],
  'evidence/wrapper': ['What is around the quote is damaged, or is not what its OID promises.', again],
  'fresh/lapsed': ['The verdict is no longer valid.', 'Verify the evidence again.'],
  'fresh/mismatch': ['The enclave that answered the challenge is not the one of the certificate.', forged],
  'fresh/too-many': ['Fresh quotes are given twice a second at most.', 'Try again in a second.'],
  'fresh/unanswered': [
    'The enclave did not answer the challenge with a quote.',
    'mse logs NAME; an enclave of another kind of software answers none.',
  ],
}
