import { ageVectors } from './making/age.ts'
import { bundleVectors } from './making/bundle.ts'
import { derVectors } from './making/der.ts'
import { diceVectors } from './making/dice.ts'
import { dsseVectors } from './making/dsse.ts'
import { fingerprintVectors } from './making/fingerprint.ts'
import { imageVectors } from './making/image.ts'
import { indexVectors } from './making/index-file.ts'
import { sgxVectors } from './making/sgx.ts'
import type { VectorFile } from './making/fixed.ts'

/** The vector files that TypeScript computes, by name. `MSE_WRITE_VECTORS=1 npx vitest run spec/vectors.test.ts` writes them. */
export function vectorFiles(): Readonly<Record<string, string>> {
  const files: Record<string, VectorFile> = {
    'age.json': ageVectors(),
    'bundle.json': bundleVectors(),
    'der.json': derVectors(),
    'dice.json': diceVectors(),
    'dsse.json': dsseVectors(),
    'fingerprint.json': fingerprintVectors(),
    'image.json': imageVectors(),
    'index.json': indexVectors(),
    'sgx.json': sgxVectors(),
  }
  return Object.fromEntries(Object.entries(files).map(([name, file]) => [name, `${JSON.stringify(file, null, 1)}\n`]))
}
