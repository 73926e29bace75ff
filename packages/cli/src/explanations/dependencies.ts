import type { Family } from './explanation.ts'

/** From requirements.txt to installed dependencies. */
export const dependencies: Family = {
  'dependencies/cache-damaged': [
    'What lies in the cache of installed dependencies is not what was put there.',
    'Run the command again: it is installed anew.',
  ],
  'dependencies/conflict': [
    'No set of versions satisfies all requirements. The launcher shares one interpreter with the application, so its requirements count, too.',
    'Loosen the line of requirements.txt that the message names.',
  ],
  'dependencies/failed': [
    'The installer failed for a reason that mse does not know.',
    'The message shows its last lines.',
  ],
  'dependencies/file': [
    'A wheel holds something that a package cannot hold, as a link or an odd name.',
    'Use another version, or tell its authors.',
  ],
  'dependencies/hash-mismatch': [
    'A wheel has another SHA-256 than the one that was written down. Somebody has exchanged it, or it was built again.',
    'Find out which. Write the new hash down only if you trust it.',
  ],
  'dependencies/hash-missing': [
    'requirements.txt lists hashes for some requirements, and none for one that they need.',
    'Add it, as the message shows.',
  ],
  'dependencies/lock': [
    'requirements.lock beside mse.toml is not what mse lock writes: it was edited, cut short, or made by another version of mse.',
    'Make it again with mse lock; do not merge it by hand.',
  ],
  'dependencies/lock-stale': [
    'requirements.lock answers other requirements than there are now, or another Python. It is obeyed or refused, never repaired silently.',
    'Make it again with mse lock, look at what changed, and commit it.',
  ],
  'dependencies/missing': [
    'A file of requirements that another one includes is not there.',
    'Check the -r and -c lines.',
  ],
  'dependencies/no-wheel': [
    'The requirement exists as source code only, or not for the Python and the system of the enclave. Building it would run its code on your machine, and no two builds are alike.',
    'Use a version with a wheel, or build one yourself and name its folder with --find-links.',
  ],
  'dependencies/not-a-wheel': [
    'A requirement names a folder, a file or an address. Only packages of an index, or of a folder of wheels, are installed.',
    'Put a wheel into a folder, name it with --find-links, and require name and version.',
  ],
  'dependencies/not-found': [
    'No index has this requirement, or not in this version for this Python.',
    'Check its spelling and version.',
  ],
  'dependencies/outside': [
    'A file of requirements is included that is not in the code folder; then the package would not be all of what it is made from.',
    'Copy it beside requirements.txt.',
  ],
  'dependencies/password': [
    'requirements.txt has a password in it. That file alone stays in clear in a package.',
    'Write a variable in its place, or use pip.conf, .netrc or a keyring.',
  ],
  'dependencies/syntax': ['A line of requirements.txt cannot be understood.', 'The message names the line.'],
  'dependencies/unreachable': [
    'The package index does not answer.',
    "Check the network, and pip's settings for index and certificates.",
  ],
}
