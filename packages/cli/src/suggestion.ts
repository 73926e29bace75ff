import { distance } from 'fastest-levenshtein'

/** Changed letters that a typing error may have. */
const mostChanges = 3

/** What was probably meant: at most three letters differ, and more are the same than not. */
export function suggestion(word: string, names: readonly string[]): string | undefined {
  const near = names
    .map((name) => ({ name, changes: distance(word, name) }))
    .filter(({ name, changes }) => changes <= mostChanges && changes * 2 < Math.max(name.length, word.length))
  return near.toSorted((a, b) => a.changes - b.changes)[0]?.name
}
