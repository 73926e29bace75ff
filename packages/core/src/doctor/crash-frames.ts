import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Of the traces that bugs of mse have left: when, what the program was, and the places in it. */
export interface Crash {
  readonly file: string
  readonly about: string
  readonly frames: readonly string[]
}

const mostCrashes = 3
const mostFrames = 20

/** The last traces without their messages, which may say anything, and without the folders that the program lies in. */
export async function crashFrames(stateFolder: string): Promise<Crash[]> {
  const names = (await readdir(stateFolder).catch(() => [])).filter((name) => /^crash-[\dTZ-]+\.log$/.test(name))
  return Promise.all(
    names
      .toSorted()
      .slice(-mostCrashes)
      .map(async (file) => {
        const lines = (await readFile(join(stateFolder, file), 'utf8')).split('\n')
        return {
          file,
          about: lines.find((line) => /^mse [\d.]+, node v[\d.]+, \w+ \w+, command \w+$/.test(line)) ?? '',
          frames: lines.flatMap((line) => frameOf(line) ?? []).slice(0, mostFrames),
        }
      }),
  )
}

/** `at withLock (lock.js:12:3)` of `    at withLock (file:///…/lock.js:12:3)`. */
function frameOf(line: string): string | undefined {
  const [, name = '', file] = /^ {4}at (?:([\w.<># ]+) \()?[^()]*?([\w.-]+:\d+:\d+)\)?$/.exec(line) ?? []
  return file === undefined ? undefined : `${name === '' ? '' : `${name} `}${file}`
}
