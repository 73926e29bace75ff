import { parse, TomlError } from 'smol-toml'
import { findPositions } from './positions.ts'
import { problem } from './problem.ts'
import type { Positions } from './positions.ts'
import type { Problem } from './problem.ts'

export type Table = Readonly<Record<string, unknown>>

/** TOML as a table and where its keys stand, or the one problem that prevents it. */
export function readToml(bytes: Uint8Array, file: string): { table: Table; positions: Positions } | Problem {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return problem('project/syntax', 'the file is not UTF-8', { file }, { next: 'save it as UTF-8' })
  }
  try {
    return { table: parse(text), positions: findPositions(text) }
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const reason = /^Invalid TOML document: (.*)/.exec(error.message)?.[1] ?? error.message
    const { line, column, codeblock } = error
    return problem(
      'project/syntax',
      `this is not TOML: ${reason}`,
      { file, line, column },
      { found: `\n${codeblock.trimEnd()}` },
    )
  }
}
