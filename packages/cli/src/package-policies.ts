import type { Policy } from '@mse/attest'
import { openSubject } from '@mse/core/fingerprint/open-subject'
import { packagePolicy } from '@mse/core/fingerprint/package-policy'
import type { Session } from '@mse/core/session'
import { choice, text, type Argument } from './command.ts'
import { packageKinds, registryAccess, registryArguments } from './registry-arguments.ts'

type Optional<T> = Argument<T | undefined>

/** What a command takes that judges evidence by a package. */
export const packagePolicyArguments: {
  readonly package: Optional<string>
  readonly platform: Argument<'sgx' | 'software'>
} & typeof registryArguments = {
  package: text(`package that has to run there: ${packageKinds}`, { value: 'PACKAGE' }),
  // What evidence says of its own platform decides nothing.
  platform: choice(['sgx', 'software'], 'where the package has to run; software: under your own root', {
    default: 'sgx',
  }),
  ...registryArguments,
}

interface Given {
  readonly package: string | undefined
  readonly platform: 'sgx' | 'software'
  readonly registryCa: string | undefined
  readonly insecureRegistry: readonly string[]
}

/** The policy that a package implies, if one is given. */
export async function packagePolicies(session: Session, args: Given, cwd: string): Promise<Policy[]> {
  if (args.package === undefined) return []
  const packed = await openSubject(session, args.package, { cwd, access: registryAccess(args), base: undefined })
  return [await packagePolicy(session.folders, packed, args.platform)]
}
