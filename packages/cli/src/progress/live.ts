import { duration } from '../style.ts'
import type { Phase, Progress, ProgressTools } from './interface.ts'

const FRAMES = ['|', '/', '-', '\\']
const FRAME_MS = 100
const CLEAR = '\r\x1b[2K'

interface Open {
  readonly name: string
  readonly title: string
  readonly begin: number
  detail: string
}

/** One line, redrawn in place, that collapses to a tick. A phase inside another takes the line until it ends. */
export function liveProgress({ stream, style, clock }: ProgressTools): Progress {
  const open: Open[] = []
  let timer: NodeJS.Timeout | undefined
  let frame = 0

  const draw = (): void => {
    const phase = open.at(-1)
    if (phase === undefined) return
    const text = `${phase.title}${phase.detail && `: ${phase.detail}`}`
    const time = duration(Math.floor((clock() - phase.begin) * 10) / 10)
    const room = (stream.columns ?? 80) - time.length - 18
    const shown = text.length > room ? `${text.slice(0, Math.max(0, room - 3))}...` : text
    stream.write(`${CLEAR}${FRAMES[frame++ % FRAMES.length]} ${phase.name.padEnd(9)}  ${shown}  ${style.dim(time)}`)
  }

  const around = (print: () => void): void => {
    if (open.length > 0) stream.write(CLEAR)
    print()
    draw()
  }

  const start = (name: string, title: string): Phase => {
    const phase: Open = { name, title, begin: clock(), detail: '' }
    open.push(phase)
    timer ??= setInterval(draw, FRAME_MS)
    draw()
    return {
      update: (detail) => {
        phase.detail = detail
        draw()
      },
      end: (outcome, seconds) => {
        stream.write(CLEAR)
        open.splice(open.indexOf(phase), 1)
        const mark = outcome === 'done' ? style.green('✓') : style.red('✗')
        stream.write(`${mark} ${name.padEnd(9)}  ${title}  ${style.dim(duration(seconds))}\n`)
        if (open.length === 0) {
          clearInterval(timer)
          timer = undefined
        } else draw()
      },
    }
  }

  return { start, around }
}
