import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

import type { Licence } from './installed-set.ts'
import { normaliseName } from './requirement-line.ts'

const longestName = 100

/** What the wheels of a tree say of their licences. */
export function readLicences(tree: string): Record<string, Licence> {
  const licences: Record<string, Licence> = {}
  for (const record of readdirSync(tree)
    .filter((name) => name.endsWith('.dist-info'))
    .toSorted()) {
    const fields = readFields(join(tree, record, 'METADATA'))
    const [name] = fields('Name')
    const licence = licenceOf(fields)
    if (name !== undefined && licence !== undefined) licences[normaliseName(name)] = licence
  }
  return licences
}

/**
 * https://packaging.python.org/en/latest/specifications/core-metadata/#license-expression ; older wheels have a name, or the whole
 * text, in License, and one or more classifiers.
 */
function licenceOf(fields: (name: string) => string[]): Licence | undefined {
  const [expression] = fields('License-Expression')
  if (expression) return { expression }
  const classified = fields('Classifier').flatMap((one) => /^License ::.* :: (.+)$/.exec(one)?.[1] ?? [])
  const [written = ''] = fields('License')
  const name = written !== '' && written.length <= longestName ? written : classified.join(', ')
  return name === '' || name === 'UNKNOWN' ? undefined : { name }
}

/** The header of a file of metadata; a value that goes on in the next line is its first line. */
function readFields(path: string): (name: string) => string[] {
  const [header = ''] = readFileSync(path, 'utf8').split(/\r?\n\r?\n/)
  const lines = header.split(/\r?\n/)
  return (name) =>
    lines.flatMap((line, at) => {
      const goesOn = /^\s/.test(lines[at + 1] ?? '')
      if (!line.startsWith(`${name}: `) || (name === 'License' && goesOn)) return []
      return [line.slice(name.length + 2).trim()]
    })
}
