import type { Duplex } from 'node:stream'

/** The launcher's answers (spec/3-launch.md): a word is one byte, its answer the number of requests as a line. */
export interface LauncherChannel {
  /** @returns requests that the application got; undefined if there is no answer within `timeout` ms: nothing listens before it runs */
  ask(word: 'c' | 'o' | 'r', timeout: number): Promise<number | undefined>
}

/** Answers come in the order of the questions, late ones too. */
export function launcherChannel(stream: Duplex): LauncherChannel {
  const waiting: ((answer: number | undefined) => void)[] = []
  let text = ''
  stream.setEncoding('utf8')
  stream.on('error', () => undefined)
  stream.on('data', (data: string) => {
    const lines = (text + data).split('\n')
    text = (lines.pop() as string).slice(-32)
    for (const line of lines) waiting.shift()?.(Number(line))
  })
  stream.on('close', () => waiting.splice(0).forEach((answered) => answered(undefined)))
  return {
    ask(word, timeout) {
      // An application that does not answer is not asked without end.
      if (waiting.length > 8) return Promise.resolve(undefined)
      return new Promise((resolve) => {
        waiting.push(resolve)
        setTimeout(() => resolve(undefined), timeout).unref()
        stream.write(word)
      })
    },
  }
}
