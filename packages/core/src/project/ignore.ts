import ignore from 'ignore'

export const IGNORE_FILE = '.mseignore'

export type IsIgnored = (path: string, isFolder: boolean) => boolean

/** gitignore rules. Ask about a folder before asking about what is in it: nothing in an ignored folder comes back. */
export function createIgnore(rules: string): IsIgnored {
  const matcher = ignore({ ignorecase: false }).add(oneCharacterPerByte(rules.replace(/^\uFEFF/, '')))
  return (path, isFolder) => matcher.ignores(oneCharacterPerByte(isFolder ? `${path}/` : path))
}

/** git matches bytes: `?` is half an `é`. Bytes beyond ASCII get characters that mean nothing to a pattern. */
function oneCharacterPerByte(text: string): string {
  return Array.from(Buffer.from(text), (byte) => String.fromCharCode(byte < 0x80 ? byte : 0xe000 + byte)).join('')
}
