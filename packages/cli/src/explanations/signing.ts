import type { Family } from './explanation.ts'

/** Keys that SGX enclaves are signed with. */
export const signing: Family = {
  'signing/command': [
    'The program that was to sign did not start, or failed.',
    'Run it by itself: it reads bytes from standard input and writes the 384 bytes of the signature to standard output.',
  ],
  'signing/key': [
    'The key cannot sign SGX enclaves: they take RSA keys of 3072 bits with exponent 3, in PEM.',
    'Make one: mse keygen --signing --passphrase FILE --output signing.pem.',
  ],
  'signing/passphrase': [
    'The signing key does not open with this passphrase, or without one.',
    'Give the file that holds it: --passphrase FILE. Its first line counts.',
  ],
  'signing/signature': [
    'The program that signs answered with something else than a signature of this enclave by the public key that was given.',
    'Check that key and program belong together, that it signs with PKCS #1 v1.5 and SHA-256, and whether it wants data or a digest.',
  ],
}
