import type { ProjectMemory } from '@mse/core/fingerprint/project-memory'
import type { Project } from '@mse/core/project/project'
import type { Result } from './command.ts'
import { readableSize } from './readable-size.ts'
import { alignTable } from './table.ts'

/** What an SGX enclave of a project has to hold, and the smallest one that does. */
export function memoryResult(memory: ProjectMemory, { hardware }: Project): Result {
  const { parts, needed, smallest, effective } = memory
  const rows = [...parts, { name: 'together', size: needed }].map(({ name, size }) => ({
    name,
    size: readableSize(size),
  }))
  const advice = hardware < smallest ? `; mse.toml has ${readableSize(hardware)}, too little` : ''
  return {
    text: [
      alignTable(rows, ['name', 'size']),
      `hardware = "${smallest / 2 ** 20}m" is the smallest that fits${advice}`,
      `effective memory ≈ hardware − libraries: ${readableSize(effective)} of it for the application`,
    ].join('\n'),
    data: { ...memory, hardware },
  }
}
