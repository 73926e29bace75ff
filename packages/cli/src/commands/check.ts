import { projectMemory } from '@mse/core/fingerprint/project-memory'
import { inspectCode } from '@mse/core/project/inspect-code'
import { listCodeFiles } from '@mse/core/project/list-code-files'
import { loadProject } from '@mse/core/project/load-project'
import { defineCommand, flag, path, positional } from '../command.ts'
import { readableSize } from '../readable-size.ts'
import { memoryResult } from '../show-memory.ts'
import { startSession } from '../session.ts'
import type { Command } from '../command.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse check', 'check the project in this folder'],
    ['mse check helloworld --json', 'every problem of another one, for programs'],
  ],
  related: ['scaffold', 'deploy'],
  arguments: {
    project: positional(path('the folder of mse.toml, or the file', { default: '.' })),
    memory: flag('say what hardware it needs on SGX, from what it has used since it was deployed here'),
  },
  async run({ project: place, memory }, context) {
    const { terminal } = context
    const project = await loadProject(place)
    const files = await listCodeFiles(project)
    const warnings = [...project.warnings, ...(await inspectCode(project, files))]
    for (const warning of warnings) terminal.warn(warning)

    if (memory) return memoryResult(await projectMemory(await startSession(context), project), project)
    const bytes = files.reduce((sum, file) => sum + file.size, 0)
    const count = files.length === 1 ? '1 file' : `${files.length} files`
    const { name, pythonApplication, hardware } = project
    return {
      data: { project, files: files.map(({ path: file, size, executable }) => ({ path: file, size, executable })) },
      text: `${name}: ${pythonApplication}, ${count} of ${readableSize(bytes)}, ${readableSize(hardware)} of memory`,
    }
  },
})
