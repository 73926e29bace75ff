import type { Family } from './explanation.ts'

/** Code key and secrets, from the owner to a verified enclave (spec 5). A refused bundle changes nothing. */
export const provision: Family = {
  'provision/already': [
    'A bundle was accepted before; an enclave takes one.',
    'For other secrets launch again: mse deploy.',
  ],
  'provision/busy': ['The enclave is looking at another bundle.', 'Try again in a moment.'],
  'provision/clock': [
    "The clock of the enclave's machine is before the time at which the bundle was made.",
    'Set the clocks right.',
  ],
  'provision/certificate': [
    'The certificate in the bundle is not what the application shows, or its first certificate is for another key.',
    'Seal again: what tls of mse.toml says decides what the bundle has to hold.',
  ],
  'provision/code-key': [
    'A file of the code does not open with the key of the bundle.',
    'The bundle was made from another project or key: seal again from the right one.',
  ],
  'provision/expired': ['The bundle has expired.', 'Have the owner seal another.'],
  'provision/fingerprint': [
    'The bundle is for another version of the application.',
    'Have the owner seal one for the evidence of this enclave.',
  ],
  'provision/malformed': [
    'What arrived is not a bundle, or was damaged on the way.',
    'Send the file again, unchanged.',
  ],
  'provision/no-sealing-key': [
    'The enclave was verified, and has no key that secrets could be sealed to.',
    'Seal to enclaves that mse has launched; others can be verified and called.',
  ],
  'provision/not-verified': [
    'Secrets go to an enclave that was verified, and this verdict is missing or has lapsed.',
    'Verify again; mse deploy and mse run do it by themselves.',
  ],
  'provision/oversized': [
    'The secrets are larger than a bundle may be.',
    'Let the application fetch large files, and put the key to them into the secrets.',
  ],
  'provision/refused': ['The enclave refused without a code that mse knows.', 'mse logs NAME.'],
  'provision/report-data': [
    'The bundle was made for the evidence of another launch.',
    'Have the owner seal one for the evidence of this launch.',
  ],
  'provision/secrets': [
    'The secrets.json that came with the bundle is not the one that the owner named, or is missing.',
    'Hand over the file that the owner has sent, unchanged: --secrets FILE.',
  ],
  'provision/signature': ['The bundle is not signed by the owner of this package.', 'Get it from the owner.'],
  'provision/storage': ['The enclave cannot write what it was given.', 'Look at storage in mse.toml, and at the disk.'],
  'provision/timeout': ['The bundle did not arrive in time.', 'Check the connection, and send it again.'],
  'provision/unopenable': [
    'The bundle is sealed to another enclave, or to an earlier launch of this one.',
    'Have the owner seal one for the evidence of this launch.',
  ],
  'provision/other-app': [
    'The bundle is for another application.',
    'Give it to the application that it names, or ask the owner for the right one.',
  ],
  'provision/other-version': [
    'The bundle is for another version of the application.',
    'Give the owner the evidence of the enclave that runs; the owner seals to it again.',
  ],
  'provision/other-instance': [
    'The bundle was sealed to the evidence of another launch: an earlier one, or one on another machine.',
    'Collect evidence of this launch; the owner seals to it again.',
  ],
  'provision/other-launch': [
    'The bundle was sealed to another launch of this version.',
    'Give the owner new evidence; the owner seals to it again.',
  ],
}
