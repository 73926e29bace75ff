import type { Family } from './explanation.ts'

/** The keys of the person who owns the application. */
export const owner: Family = {
  'owner/key-malformed': [
    'A file of keys does not hold what it should.',
    'Restore it from a backup. A new key cannot provision what the old one has packaged.',
  ],
  'owner/key-permissions': [
    'Other users of this machine can reach your keys.',
    'The message shows the command that closes the file. If somebody may have read it, make new keys.',
  ],
  'owner/key-unreadable': [
    'A file of keys is not there, or you may not read it.',
    'Check the path and its permissions.',
  ],
  'owner/no-code-key': [
    'You have packaged no application of this name: there is no key for its code.',
    'Check the name in mse.toml. Keys are in the configuration folder of the user who packaged it.',
  ],
  'owner/not-yours': [
    'The package is signed by another owner. Only the owner can provision it, whoever runs it.',
    'Send the owner the evidence (mse evidence NAME) and run the bundle that comes back.',
  ],
}
