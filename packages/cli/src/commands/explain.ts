import { closest } from 'fastest-levenshtein'
import { MseError } from '@mse/core/error'
import { defineCommand, positional, text, type Command } from '../command.ts'
import { exitCode, exitMeanings } from '../exit-code.ts'
import { explanations } from '../explanations/explanations.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse explain chain/root', 'what this error code means, and what to do'],
    ['mse explain', 'all error codes'],
  ],
  related: ['doctor', 'verify'],
  arguments: { code: positional(text('an error code, or the family before its stroke', { value: 'CODE' })) },
  async run({ code }, { terminal }) {
    const rows = [...explanations].filter(
      ([name]) => code === undefined || name === code || name.startsWith(`${code}/`),
    )
    if (code !== undefined && rows.length === 0) throw unknownCode(code)
    const pages = rows.map(([name, [meaning, remedy]]) => ({ code: name, meaning, remedy, exit: exitCode(name) }))
    if (code !== undefined) return { text: pages.map(wording).join('\n\n'), data: { codes: pages } }
    terminal.table(pages, ['code', 'exit', 'meaning'])
    return { data: { codes: pages } }
  },
})

interface Page {
  readonly code: string
  readonly meaning: string
  readonly remedy: string
  readonly exit: number
}

function wording({ code, meaning, remedy, exit }: Page): string {
  return [code, `  ${meaning}`, `  What to do: ${remedy}`, `  Exit code ${exit}: ${exitMeanings[exit] ?? ''}`].join(
    '\n',
  )
}

function unknownCode(code: string): MseError {
  return new MseError('usage/unknown-code', `there is no error code ${JSON.stringify(code)}`, {
    next: `did you mean ${closest(code, [...explanations.keys()])}? mse explain lists all codes`,
  })
}
