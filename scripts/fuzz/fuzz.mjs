import { seeded } from './random.mjs'
import { mutate } from './mutate.mjs'

/** What the parsers may throw. */
const own = new Set(['FormatError', 'AttestationError', 'PolicyMismatch'])

/**
 * Feeds damaged files to parsers.
 *
 * @param given.slowest milliseconds that no input may take, best of three; Infinity does not look
 * @returns how many inputs were refused and accepted, and what went wrong
 */
export function fuzz(targets, { seed, inputs, slowest }) {
  const random = seeded(seed)
  const found = { refused: 0, accepted: 0, wrong: [] }
  for (let count = 0; count < inputs; count += 1) {
    const { name, files, parse } = targets[random(targets.length)]
    const input = mutate(files[random(files.length)], files, random)
    const begin = performance.now()
    try {
      parse(input)
      found.accepted += 1
    } catch (error) {
      found.refused += 1
      if (!own.has(error?.name)) found.wrong.push(`${name}: ${error?.stack ?? error} on ${hex(input)}`)
    }
    if (performance.now() - begin > slowest && best(parse, input) > slowest) {
      found.wrong.push(`${name}: more than ${slowest} ms on ${hex(input)}`)
    }
  }
  return found
}

/** Of the processor's time: the clock also counts what others do. */
function best(parse, input) {
  const times = [1, 2, 3].map(() => {
    const begin = process.cpuUsage()
    try {
      parse(input)
    } catch {
      // Judged above.
    }
    const { user, system } = process.cpuUsage(begin)
    return (user + system) / 1000
  })
  return Math.min(...times)
}

function hex(bytes) {
  return Buffer.from(bytes).toString('hex')
}
