import { MseError } from '../../../error.ts'

const WHITE = /[ \t]*/y
const COMMENT = /#[^\n]*/y
// oxlint-disable-next-line no-control-regex -- control characters are what is refused
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/

/** A place in a text that is being read. */
export class Cursor {
  readonly text: string
  at = 0

  constructor(text: string) {
    this.text = text
  }

  get character(): string | undefined {
    return this.text[this.at]
  }

  starts(word: string): boolean {
    return this.text.startsWith(word, this.at)
  }

  /** Goes past a word if it is next. */
  take(word: string): boolean {
    if (!this.starts(word)) return false
    this.at += word.length
    return true
  }

  /** Goes past what a sticky pattern matches here. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text) ?? undefined
    if (found !== undefined) this.at = pattern.lastIndex
    return found
  }

  skipWhite(): void {
    this.match(WHITE)
  }

  skipComment(): void {
    const [comment] = this.match(COMMENT) ?? ['']
    if (CONTROL.test(comment)) throw this.malformed('a control character in a comment')
  }

  malformed(what: string): MseError {
    const lines = this.text.slice(0, this.at).split('\n')
    const place = `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`
    return new MseError('manifest/syntax', `the manifest is not TOML: ${what}`, { found: place })
  }
}
