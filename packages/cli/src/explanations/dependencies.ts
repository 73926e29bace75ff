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
  'dependencies/missing': [
    'A file of requirements that another one includes is not there.',
    'Check the -r and -c lines.',
  ],
  'dependencies/no-wheel': [
    'The requirement exists as source code only. Building it would run its code on your machine, and no two builds are alike.',
    'Use a version with a wheel, or build one yourself and name its folder with --find-links.',
  ],
  'dependencies/not-a-wheel': ['A requirement points to a file that is not a wheel.', 'Point to a .whl file.'],
  'dependencies/not-found': [
    'No index has this requirement, or not in this version for this Python.',
    'Check its spelling and version.',
  ],
  'dependencies/syntax': ['A line of requirements.txt cannot be understood.', 'The message names the line.'],
  'dependencies/unreachable': [
    'The package index does not answer.',
    "Check the network, and pip's settings for index and certificates.",
  ],
}
