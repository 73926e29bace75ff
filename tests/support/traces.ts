import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Processes, anywhere on this machine, whose command line or working folder names `word`. */
export function processesNaming(word: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        return command.includes(word) ? [`${pid} ${command}`] : []
      } catch {
        return []
      }
    })
}

/** Mounts below `folder` that this namespace sees. */
export function mountsBelow(folder: string): string[] {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .filter((line) => line.split(' ')[1]?.startsWith(folder) === true)
}

/** Files below `folder` that contain one of `words`, as text anywhere in them. */
export function filesContaining(folder: string, words: readonly string[]): string[] {
  return everyFile(folder).flatMap((path) => {
    const content = readFileSync(path)
    return words.filter((word) => content.includes(word)).map((word) => `${path}: ${word}`)
  })
}

/** Every regular file below a folder; sparse images are read whole, so keep them small. */
export function everyFile(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    const status = lstatSync(path, { throwIfNoEntry: false })
    if (status?.isDirectory() === true) return everyFile(path)
    return status?.isFile() === true ? [path] : []
  })
}
