import type { PackageMemory } from '@mse/core/fingerprint/package-memory'
import type { ProjectMemory } from '@mse/core/fingerprint/project-memory'
import type { MemoryEstimate } from '@mse/core/platform/sgx/estimate-memory'
import type { Project } from '@mse/core/project/project'
import type { Result } from './command.ts'
import { readableSize } from './readable-size.ts'
import { alignTable } from './table.ts'
import type { Terminal } from './terminal.ts'

/** What an SGX enclave of a project has to hold, and the smallest one that does. */
export function memoryResult(memory: ProjectMemory, { hardware }: Project): Result {
  const { smallest, effective } = memory
  const advice = hardware < smallest ? `; mse.toml has ${readableSize(hardware)}, too little` : ''
  return {
    text: [
      partsTable(memory),
      `hardware = "${smallest / 2 ** 20}m" is the smallest that fits${advice}`,
      `effective memory ≈ hardware − libraries: ${readableSize(effective)} of it for the application`,
    ].join('\n'),
    data: { ...memory, hardware },
  }
}

/** The same of a package, beside its fingerprint. */
export function sayMemory(terminal: Terminal, memory: PackageMemory): void {
  const { used, hardware, smallest, effective } = memory
  for (const line of partsTable(memory).split('\n')) terminal.say(line)
  const left =
    effective > 0 ? `${readableSize(effective)} of it for the application` : 'nothing is left for the application'
  terminal.say(`effective memory ≈ hardware − libraries: hardware is ${readableSize(hardware)}, ${left}`)
  if (used !== undefined) terminal.say(`hardware = "${smallest / 2 ** 20}m" is the smallest that fits`)
  else
    terminal.say(
      'Deploy it in a software enclave, let it do what it has to do, and ask again: then its own part is known.',
    )
}

function partsTable({ parts, needed }: MemoryEstimate): string {
  const rows = [...parts, { name: 'together', size: needed }]
  return alignTable(
    rows.map(({ name, size }) => ({ name, size: readableSize(size) })),
    ['name', 'size'],
  )
}
