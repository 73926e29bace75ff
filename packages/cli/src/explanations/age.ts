import type { Family } from './explanation.ts'

/** Files encrypted with age. */
export const age: Family = {
  'age/armor': [
    'An age file that is written as text is damaged: a line is missing, too long, or not base64.',
    'Get the file again, as an attachment rather than pasted.',
  ],
  'age/header': [
    'What came in does not begin as an age file does, or its beginning is damaged.',
    'Check that it is the right file and that all of it arrived.',
  ],
  'age/mac': [
    'The list of who can open this age file was changed after the file was written.',
    'Get the file again from who wrote it. Somebody may have meant to change it.',
  ],
  'age/no-match': [
    'The file is encrypted to other keys than those that were given.',
    'Give the right key with --identity FILE or --application NAME.',
  ],
  'age/passphrase': [
    'The file is encrypted with a passphrase. mse encrypts to keys only.',
    'Decrypt it with age itself.',
  ],
  'age/payload': [
    'The content of an age file was changed, cut off or extended after it was written. What came out before is not all of it.',
    'Get the file again. Throw away what came out through a pipe.',
  ],
  'age/recipient': [
    'What was given is not a public key that mse can encrypt to: X25519 keys of age alone, age1….',
    'mse keygen --public FILE prints the public key of a key file.',
  ],
  'age/recipients-file': [
    'A file of public keys cannot be read, or holds none.',
    'Write one age1… on each line; lines that begin with # are comments.',
  ],
}
