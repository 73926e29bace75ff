import { softwareFingerprint } from '@mse/core/package/fingerprint'
import { encodeIndex } from '@mse/core/package/index-file'
import { exampleIndex } from './index-file.ts'
import type { VectorFile } from './fixed.ts'

export function fingerprintVectors(): VectorFile {
  const index = encodeIndex(exampleIndex).toString()
  const other = encodeIndex({ ...exampleIndex, python: '3.12' }).toString()
  return {
    comment: 'Fingerprint of the software enclave (spec 2, "Fingerprint"): index is the text of index.json, UTF-8.',
    cases: [
      { name: 'a package', expect: 'ok', index, fingerprint: softwareFingerprint(Buffer.from(index)) },
      { name: 'another Python', expect: 'ok', index: other, fingerprint: softwareFingerprint(Buffer.from(other)) },
      { name: 'nothing', expect: 'ok', index: '', fingerprint: softwareFingerprint(Buffer.alloc(0)) },
    ],
  }
}
