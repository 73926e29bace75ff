import { MseError } from '../../error.ts'
import type { Artefact } from '../../package/artefact.ts'

/** The image is part of what is signed and measured: no operator chooses another one. */
export function baseOf({ index }: Artefact): string {
  if (index.base !== null) return index.base
  throw new MseError('container/no-base', 'the package names no base image, and a container is made of one', {
    next: 'mse base import IMAGE, and base = "sha256:…" in mse.toml, as it prints it',
  })
}
