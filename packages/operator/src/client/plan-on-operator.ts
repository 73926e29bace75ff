import type { Policy } from '@mse/attest'
import { folderLayout } from '@mse/core/oci/layout/folder-layout'
import { openImage } from '@mse/core/oci/layout/open-image'
import { describeContent, type Plan } from '@mse/core/plan-deployment'
import type { Project } from '@mse/core/project/project'
import type { Session } from '@mse/core/session'
import { withStaging } from '@mse/core/state/staging'
import { lookElsewhere, type Wanted } from './look-elsewhere.ts'
import type { OperatorClient } from './operator-client.ts'
import { packElsewhere } from './pack-elsewhere.ts'
import { sameElsewhere, statusElsewhere } from './same-elsewhere.ts'
import { missingBytes } from './upload-image.ts'

export interface PlanElsewhere extends Wanted {
  readonly policies: readonly Policy[]
  readonly expires: Date | undefined
}

/** Everything that `deployToOperator` would find out before it sends anything. The service is asked, and told nothing. */
export async function planOnOperator(
  session: Session,
  client: OperatorClient,
  project: Project,
  options: PlanElsewhere,
): Promise<Plan> {
  const { name } = project
  const place = await lookElsewhere(session.folders, client, name, options)
  return withStaging(session.folders, async (staging) => {
    const believed = { platform: place.platform, policies: options.policies }
    const { secrets, layout, packed, fingerprint } = await packElsewhere(session, project, staging, believed)
    const there = await statusElsewhere(client, name)
    const same = await sameElsewhere(session, client, { ...place, name, fingerprint, secrets })
    const bytes = await missingBytes(client, await openImage(folderLayout(layout)))
    const action = same !== undefined ? 'unchanged' : there?.state === 'running' ? 'replace' : 'create'
    const to = `${client.login.url}, whose operator can read it; what is there already does not travel`
    return {
      ...describeContent({ artefact: packed, secrets, fingerprint, before: there?.fingerprint, action, to, bytes }),
      platform: place.platform,
      address: place.names[0] as string,
      port: there?.port ?? 0,
      expires: options.expires?.toISOString(),
    }
  })
}
