import { duration } from '../style.ts'
import type { Progress, ProgressTools } from './interface.ts'

const HEARTBEAT_MS = 10_000

/** One line for each phase when it ends; while it lasts, one every ten seconds. */
export function plainProgress({ stream, style, clock }: ProgressTools): Progress {
  return {
    start(name, title) {
      const begin = clock()
      let detail = ''
      const heartbeat = setInterval(() => {
        stream.write(
          `...     ${name.padEnd(9)}  ${title}${detail && `: ${detail}`}, ${duration(clock() - begin)} so far\n`,
        )
      }, HEARTBEAT_MS)
      return {
        update: (text) => {
          detail = text
        },
        end: (outcome, seconds) => {
          clearInterval(heartbeat)
          const word = outcome === 'done' ? style.green('ok') + '    ' : style.red('failed')
          stream.write(`${word}  ${name.padEnd(9)}  ${title} (${duration(seconds)})\n`)
        },
      }
    },
    around: (print) => print(),
  }
}
