import { alignTable } from './table.ts'
import { createProgress } from './progress.ts'
import { createStyle, hasColour } from './style.ts'
import { visible, visibleProduct } from './visible.ts'
import type { Row } from './table.ts'
import type { Envelope, StreamEvent } from './envelope.ts'
import type { Settings } from './settings.ts'
import type { Style } from './style.ts'
import type { Writer } from './progress/interface.ts'

export interface Check {
  readonly title: string
  readonly outcome: string
  readonly detail?: string | undefined
  /** What to do about it. */
  readonly fix?: string | undefined
}

/** Everything that is printed goes through here: stdout is the product, stderr the conversation. */
export interface Terminal {
  readonly json: Settings['json']
  readonly warnings: readonly string[]
  /** Colours of stderr. */
  readonly style: Style
  /** The product: a line on stdout. With --json nothing, because the envelope's data carries it. */
  product(text: string): void
  /** A piece of a product that is streamed, as it is; an `output` event with --json=stream, nothing with --json. */
  chunk(text: string): void
  /** Whether the product is looked at by a person rather than taken by a file or a program. */
  readonly isLookedAt: boolean
  /** The product as bytes, as they come; each block waits until the one before it is taken. */
  bytes(blocks: AsyncIterable<Uint8Array>): Promise<void>
  /** A remark on stderr; silent with --quiet. */
  say(text: string): void
  /** A warning on stderr and in the envelope. */
  warn(text: string): void
  /** Shows that work is going on, and how it ended. */
  phase<T>(name: string, title: string, work: (update: (detail: string) => void) => Promise<T>): Promise<T>
  /** Aligned text on stdout; nothing with --json. */
  table(rows: readonly Row[], columns: readonly string[]): void
  /** What was checked, on stderr; silent with --quiet. */
  checks(list: readonly Check[]): void
  /** An error, on stderr, also with --quiet; with --json the envelope says it. */
  fail(text: string): void
  /** The one envelope, with --json. */
  envelope(envelope: Envelope): void
}

/** Where the product goes; `done` is called when the bytes are taken. */
export interface ProductWriter extends Writer {
  write(data: string | Uint8Array, done?: (error?: Error | null) => void): unknown
}

export interface TerminalHost {
  readonly stdout: ProductWriter
  readonly stderr: Writer
  readonly env: Readonly<Record<string, string | undefined>>
  /** Seconds, from any beginning. */
  readonly clock: () => number
}

export function createTerminal(settings: Settings, { stdout, stderr, env, clock }: TerminalHost): Terminal {
  const { json, quiet } = settings
  const style = createStyle(hasColour(stderr, env))
  const progress = createProgress(settings, env, { stream: stderr, style, clock })
  const warnings: string[] = []
  const event = (value: StreamEvent): void => {
    if (json === 'stream') stdout.write(`${JSON.stringify(value)}\n`)
  }
  const product = (text: string): void => {
    if (json === 'off') progress.around(() => stdout.write(stdout.isTTY ? visibleProduct(text) : text))
  }
  const aside = (text: string): void => progress.around(() => stderr.write(`${visible(text)}\n`))

  return {
    json,
    warnings,
    style,
    product: (text) => product(`${text}\n`),
    chunk(text) {
      product(text)
      event({ event: 'output', text })
    },
    isLookedAt: stdout.isTTY === true,
    async bytes(blocks) {
      for await (const block of blocks) {
        await new Promise<void>((resolve, reject) => {
          stdout.write(block, (error) => (error ? reject(error) : resolve()))
        })
      }
    },
    say(text) {
      if (!quiet) aside(text)
    },
    warn(text) {
      warnings.push(text)
      event({ event: 'warning', message: text })
      aside(`${style.yellow('warning:')} ${text}`)
    },
    async phase(name, title, work) {
      const begin = clock()
      const line = progress.start(name, visible(title))
      event({ event: 'phase', name, state: 'started' })
      const end = (state: 'done' | 'failed'): void => {
        const seconds = clock() - begin
        line.end(state, seconds)
        event({ event: 'phase', name, state, seconds: Math.round(seconds * 1000) / 1000 })
      }
      try {
        const value = await work((detail) => line.update(visible(detail).replaceAll('\n', ' ')))
        end('done')
        return value
      } catch (error) {
        end('failed')
        throw error
      }
    },
    table: (rows, columns) => product(`${alignTable(rows, columns)}\n`),
    checks(list) {
      if (!quiet && list.length > 0) aside(alignChecks(list, style))
    },
    fail(text) {
      if (json === 'off') aside(text)
    },
    envelope(envelope) {
      if (json === 'envelope') stdout.write(`${JSON.stringify(envelope)}\n`)
      event({ event: 'result', ...envelope })
    },
  }
}

function alignChecks(list: readonly Check[], style: Style): string {
  const outcomes = Math.max(...list.map((check) => check.outcome.length))
  const titles = Math.max(...list.map((check) => check.title.length))
  return list
    .map(({ title, outcome, detail = '', fix }) => {
      const paint = outcome === 'ok' ? style.green : /^fail|^refused/.test(outcome) ? style.red : style.yellow
      const said = fix === undefined ? detail : `${detail} → ${fix}`
      return `  ${paint(outcome)}${' '.repeat(outcomes - outcome.length)}  ${title.padEnd(titles)}  ${said}`.trimEnd()
    })
    .join('\n')
}
