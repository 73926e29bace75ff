import { lstatSync, readdirSync, readFileSync } from 'node:fs'
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
  return everyFile(folder).flatMap((path) => wordsIn(path, words))
}

/** Those of `words` that one file contains; none if it has gone meanwhile. */
export function wordsIn(path: string, words: readonly string[]): string[] {
  const content = unlessGone(() => readFileSync(path), Buffer.alloc(0))
  return words.filter((word) => content.includes(word)).map((word) => `${path}: ${word}`)
}

/** Others work below the folder of temporary files at the same time: what was listed may have vanished. */
function unlessGone<T>(look: () => T, otherwise: T): T {
  try {
    return look()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return otherwise
    throw error
  }
}

/** Every regular file below a folder; sparse images are read whole, so keep them small. */
export function everyFile(folder: string): string[] {
  return unlessGone(() => readdirSync(folder), []).flatMap((name) => {
    const path = join(folder, name)
    const status = lstatSync(path, { throwIfNoEntry: false })
    if (status?.isDirectory() === true) return everyFile(path)
    return status?.isFile() === true ? [path] : []
  })
}
