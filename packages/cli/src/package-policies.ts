import type { Policy } from '@mse/attest'
import type { Session } from '@mse/core/session'
import { choice, text, type Argument } from './command.ts'
import { registryAccess, registryArguments, type RegistryGiven } from './registry-arguments.ts'

type Optional<T> = Argument<T | undefined>

/** What a command takes that judges evidence by a package. */
export const packagePolicyArguments: {
  readonly package: Optional<string>
  readonly platform: Argument<'sgx' | 'software'>
} & typeof registryArguments = {
  package: text('package that has to run there: layout or reference in a registry', { value: 'PACKAGE' }),
  // What evidence says of its own platform decides nothing.
  platform: choice(['sgx', 'software'], 'where the package has to run; software: under your own root', {
    default: 'sgx',
  }),
  ...registryArguments,
}

interface Given extends RegistryGiven {
  readonly package: string | undefined
  readonly platform: 'sgx' | 'software'
}

/** The policy that a package implies, if one is given; what reads packages is loaded then. */
export async function packagePolicies(session: Session, args: Given, cwd: string): Promise<Policy[]> {
  if (args.package === undefined) return []
  const { openSubject } = await import('@mse/core/fingerprint/open-subject')
  const { impliedPolicy } = await import('@mse/core/fingerprint/implied-policy')
  const access = registryAccess(args)
  const packed = await openSubject(session, args.package, { cwd, access, base: undefined })
  return [await impliedPolicy(session.folders, packed, args.platform)]
}
