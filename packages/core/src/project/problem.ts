import { basename } from 'node:path'
import { MseError } from '../error.ts'

/** One thing that is wrong with a project, and where. Lines and columns count from 1. */
export interface Problem {
  readonly code: string
  readonly message: string
  readonly file: string
  readonly line: number | undefined
  readonly column: number | undefined
  readonly expected: string | undefined
  readonly found: string | undefined
  readonly next: string | undefined
}

/** The first problem of a project as an error; all of them in `problems`. */
export class ProjectError extends MseError {
  readonly problems: readonly Problem[]

  constructor(problems: readonly [Problem, ...Problem[]]) {
    const [first] = problems
    const more = problems.length - 1
    super(first.code, more === 0 ? first.message : `${first.message} (and ${more} more)`, {
      ...(first.expected === undefined ? {} : { expected: first.expected }),
      ...(first.found === undefined ? {} : { found: first.found }),
      ...(first.next === undefined ? {} : { next: first.next }),
    })
    this.problems = problems
  }
}

export interface Place {
  readonly file: string
  readonly line?: number
  readonly column?: number
}

/** The message begins with the place, as editors and compilers write it: `mse.toml:3:1: …`. */
export function problem(
  code: string,
  message: string,
  { file, line, column }: Place,
  more: { readonly expected?: string; readonly found?: string; readonly next?: string } = {},
): Problem {
  const place = [basename(file), line, column].filter((part) => part !== undefined).join(':')
  return {
    code,
    message: `${place}: ${message}`,
    file,
    line,
    column,
    expected: more.expected,
    found: more.found,
    next: more.next,
  }
}
