import type { MseError } from '../../../error.ts'
import type { Requirements } from '../requirements.ts'
import { fault, lineNamedIn, lineThatSays, numberedLine, rather } from './line-at-fault.ts'

/** Requirements that exclude each other. */
export function conflict(output: string, read: Requirements): MseError | undefined {
  if (!output.includes('ResolutionImpossible')) return undefined
  const packages = /Cannot install (.*) because/.exec(output)?.[1] ?? ''
  const listed = /The conflict is caused by:\n((?:[ \t]+\S.*\n)+)/.exec(output)?.[1] ?? ''
  const causes = [...new Set(listed.split('\n').map((cause) => cause.trim()))].filter(Boolean)
  const line = rather([
    ...causes.map((cause) => lineThatSays(requested(cause) ?? '', read)),
    numberedLine(packages, read),
    lineNamedIn(causes.join(' '), read),
  ])
  return fault('conflict', line, causes.map((cause) => sentence(cause, read)).join(', but ') || packages, {
    next: line?.origin === 'application' ? 'ask for another version in this line' : 'loosen the requirements',
  })
}

function requested(cause: string): string | undefined {
  return /^The user requested (?:\(constraint\) )?(.*)$/.exec(cause)?.[1]
}

/** pip knows one user only; here one of the two is the launcher. */
function sentence(cause: string, read: Requirements): string {
  const what = requested(cause)
  if (what === undefined) return cause
  const line = lineThatSays(what, read)
  return line?.origin === 'launcher' ? `the launcher needs ${what}` : `${line?.file ?? 'a constraint'} asks for ${what}`
}
