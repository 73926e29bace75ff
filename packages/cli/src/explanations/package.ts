import type { Family } from './explanation.ts'

/** The artefact that travels. */
export const artefact: Family = {
  'package/file-added': [
    'The package holds a file that its index does not list. Somebody has put it there after it was signed.',
    'Do not run it. Get the package again.',
  ],
  'package/file-changed': [
    'A file of the package is not the one that was measured and signed.',
    'Do not run it. Get the package again.',
  ],
  'package/file-changed-while-read': [
    'A file changed while it was being packaged.',
    'Run the command again when nothing writes to it.',
  ],
  'package/file-missing': [
    'A file that the index lists is not in the package.',
    'Get the package again: the copy was incomplete.',
  ],
  'package/index': [
    'index.json is not an index that this version reads.',
    'Get the package again, or use the version of mse that made it.',
  ],
  'package/not-rebuilt': [
    'Another package was built of this source than the one that was given.',
    'Build from the same source, with the same keys and the same versions.',
  ],
  'package/signature': ['The index is not signed by the owner that it names.', 'Do not run it. Get the package again.'],
  'package/unreadable': ['This is not a package, or it cannot be read.', 'mse package makes one.'],
  'json/not-canonical': [
    'JSON that is signed or measured has one permitted spelling, and this is another.',
    'Do not edit such files by hand.',
  ],
}
