const comment = /(?:^|\s+)#.*$/

/** The lines of a requirements file as pip joins them, without comments and empty lines, each with its first number. */
export function logicalLines(text: string): { readonly line: number; readonly written: string }[] {
  const lines: { line: number; written: string }[] = []
  let parts: string[] = []
  let first = 0
  const finish = (): void => {
    const written = parts.join('').replace(comment, '').trim()
    if (written) lines.push({ line: first, written })
    parts = []
  }
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    if (parts.length === 0) first = index + 1
    const isComment = /^\s*#/.test(line)
    if (line.endsWith('\\') && !isComment) {
      parts.push(line.replace(/\\+$/, ''))
    } else {
      // A comment ends a continued line; the space keeps it a comment after joining.
      parts.push(isComment ? ` ${line}` : line)
      finish()
    }
  }
  finish()
  return lines
}
