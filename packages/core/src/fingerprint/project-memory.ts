import { join } from 'node:path'
import { loadBase } from '../base/base-cache.ts'
import { MseError } from '../error.ts'
import { openPackage } from '../package/open.ts'
import type { Usage } from '../platform/platform.ts'
import { choosePlatform } from '../platform/platforms.ts'
import { estimateMemory, type MemoryEstimate } from '../platform/sgx/estimate-memory.ts'
import type { Project } from '../project/project.ts'
import type { Session } from '../session.ts'
import { findApp } from '../state/app.ts'

export interface ProjectMemory extends MemoryEstimate {
  readonly used: Usage
}

/**
 * What `hardware` a project needs on SGX, from what it has used since it was deployed here: the more it has had to do, the truer.
 *
 * @throws MseError `state/no-such-app` unless it was deployed, `serve/unreachable` unless it runs
 */
export async function projectMemory({ folders }: Session, project: Project): Promise<ProjectMemory> {
  const { app, folder } = await findApp(folders, project.name)
  const used = await choosePlatform(app.platform, folders).usage(folder)
  if (used === undefined) {
    throw new MseError('serve/unreachable', `${project.name} does not run, so that nothing can be measured`, {
      next: 'mse deploy, let it do what it has to do, and ask again',
    })
  }
  const { index } = await openPackage(join(folder, 'package'))
  const base = project.base === undefined ? 0 : (await loadBase(folders, project.base)).files.size
  return { used, ...estimateMemory(used, project.threads, index.files.length + base) }
}
