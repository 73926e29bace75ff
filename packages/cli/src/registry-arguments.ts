import type { RegistryAccess } from '@mse/core/oci/registry/connect-registry'
import { path, text, type Argument } from './command.ts'

/** What commands take that may speak to a registry. */
export const registryArguments: {
  readonly registryCa: Argument<string | undefined>
  readonly insecureRegistry: Argument<readonly string[]>
} = {
  registryCa: path('certificates in PEM to trust for the registry, instead of those of Node.js', { value: 'FILE' }),
  insecureRegistry: text('registry that may do without TLS; localhost may unasked', { repeat: true, value: 'HOST' }),
}

export interface RegistryGiven {
  readonly registryCa: string | undefined
  readonly insecureRegistry: readonly string[]
}

/** How a word for a package is to be shown: it is a path if it exists, and else a reference. */
export const packageKinds = 'layout (a folder or .tar) or reference in a registry'

export function registryAccess({ registryCa, insecureRegistry }: RegistryGiven): RegistryAccess {
  return { insecure: insecureRegistry, authority: registryCa }
}
