import { listCodeFiles } from '../project/list-code-files.ts'
import type { Project } from '../project/project.ts'

/** The requirements.txt at the top of the code folder, if there is one and it is not ignored. */
export async function codeRequirements(project: Project): Promise<string | undefined> {
  const files = await listCodeFiles(project)
  return files.find((file) => file.path === 'requirements.txt')?.absolute
}
