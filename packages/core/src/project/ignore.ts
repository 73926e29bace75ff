import ignore from 'ignore'

export const IGNORE_FILE = '.mseignore'

export type IsIgnored = (path: string, isFolder: boolean) => boolean

/** gitignore rules. Ask about a folder before asking about what is in it: nothing in an ignored folder comes back. */
export function createIgnore(rules: string): IsIgnored {
  const matcher = ignore({ ignorecase: false }).add(rules)
  return (path, isFolder) => matcher.ignores(isFolder ? `${path}/` : path)
}
