import type { Policy, SgxPolicy, SoftwarePolicy } from '@mse/attest'
import { policyElsewhere } from '@mse/core/fingerprint/policy-elsewhere'
import { packageTo, type PackagedTo } from '@mse/core/package/package-to'
import type { PlatformName } from '@mse/core/platform/platform'
import type { Project } from '@mse/core/project/project'
import type { Secrets } from '@mse/core/provision/bundle'
import type { Obtain } from '@mse/core/provision/own-certificate'
import { readSecrets } from '@mse/core/provision/read-secrets'
import type { Session } from '@mse/core/session'
import { join } from 'node:path'

/** A package that could travel, with what goes to its enclave, and what that has to prove. */
export interface PackedElsewhere {
  readonly secrets: Secrets
  /** A folder with the image. */
  readonly layout: string
  readonly packed: PackagedTo
  readonly policy: SgxPolicy | SoftwarePolicy
  readonly fingerprint: string
}

interface Believed {
  readonly platform: PlatformName
  readonly policies: readonly Policy[]
  readonly obtain?: Obtain | undefined
}

/** Nothing of it needs the service. @param staging a folder for the image */
export async function packElsewhere(
  session: Session,
  project: Project,
  staging: string,
  { platform, policies, obtain }: Believed,
): Promise<PackedElsewhere> {
  const secrets = await readSecrets(project, session.now(), obtain)
  const layout = join(staging, 'layout')
  const packed = await packageTo(session, project, layout)
  const policy = await policyElsewhere(session.folders, packed, platform, policies)
  const [fingerprint] = policy.measurement as readonly [string]
  return { secrets, layout, packed, policy, fingerprint }
}
