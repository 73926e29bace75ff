/** A word of a command line as a shell reads it. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}

/** The name of an application in a command of mse; one that begins with a hyphen is no option. */
export function argument(name: string): string {
  return name.startsWith('-') ? `-- ${quote(name)}` : quote(name)
}
