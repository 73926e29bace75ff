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

/** The process of the launcher in the sandbox of the one application below `apps`: the only child of the sandbox's init. */
export function launcherBelow(apps: string): number | undefined {
  const sandboxes = processesNaming(apps).filter((line) => /^\d+ bwrap /.test(line))
  const children = sandboxes.flatMap((line) => childrenOf(Number(line.split(' ')[0])))
  return children.find((pid) => /^\S*python\S* /.test(commandOf(pid)))
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
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
