// What benches print, and with --write add to bench/RESULTS.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { root } from '../scripts/setup.mjs'

export function median(list) {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]
}

/** The middle one and how far they lie apart, as two cells. */
export function spread(list, digits = 0) {
  return [median(list).toFixed(digits), `${Math.min(...list).toFixed(digits)}–${Math.max(...list).toFixed(digits)}`]
}

/** How many times as much as beside it; nothing if there is nothing beside it. */
export function ratio(list, beside) {
  return beside === undefined ? '' : (median(list) / median(beside)).toFixed(2)
}

/** So much more than beside it. */
export function above(list, beside) {
  return (median(list) - median(beside)).toFixed(0)
}

/**
 * Prints a table under the day, what was measured, and the machine.
 *
 * @param what for the heading, with the number of rounds
 * @param columns their titles; but for the first `words`, they are numbers
 * @param rows as many cells each
 */
export function publish(what, columns, rows, words = 1) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  const sides = columns.map((_, at) => (at < words ? '---' : '--:'))
  const machine = `${cpus().length} × ${cpus()[0].model}, Node ${process.version}`
  const heading = `## ${new Date().toISOString().slice(0, 10)}: ${what}, ${machine}`
  const text = `${heading}\n\n${[columns, sides, ...rows].map(line).join('\n')}\n`
  process.stdout.write(text)
  if (!process.argv.includes('--write')) return
  const results = join(root, 'bench/RESULTS.md')
  writeFileSync(results, `${readFileSync(results, 'utf8').trimEnd()}\n\n${text}`)
}
