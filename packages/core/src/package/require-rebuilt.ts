import { MseError } from '../error.ts'
import type { Artefact } from './artefact.ts'
import { firstDifference } from './first-difference.ts'
import { packedFiles } from './image/write-image.ts'
import type { ExaminedPackage } from './receive-package.ts'

/**
 * Requires that a package was built again, byte by byte, by whoever holds its source and its keys.
 *
 * @throws MseError `package/not-rebuilt`, with the first difference
 */
export async function requireRebuilt(given: ExaminedPackage, built: Artefact): Promise<void> {
  const difference = firstDifference(given.index, built.index)
  if (difference !== undefined) {
    throw new MseError('package/not-rebuilt', `the package that was built is another: ${difference.name} differs`, {
      expected: difference.expected ?? 'nothing',
      found: difference.found ?? 'nothing',
      next: 'Build from the same source, with the same keys and versions; mse inspect shows what a package holds.',
    })
  }
  for (const { path, sha256 } of await packedFiles(built)) {
    const expected = given.files.get(path)?.sha256
    if (expected !== sha256) {
      throw new MseError('package/not-rebuilt', `the package that was built is another: ${path} differs`, {
        expected: expected ?? 'nothing',
        found: sha256,
      })
    }
  }
}
