import { readFileSync } from 'node:fs'
import { readJson } from '../../state/files.ts'
import { childrenOf, isAlive, type ProcessName } from '../../state/process.ts'
import type { Usage } from '../platform.ts'
import { layout } from './layout.ts'

/** What the launcher of the enclave in `folder` has used so far (proc(5)); undefined if none runs. */
export async function readUsage(folder: string): Promise<Usage | undefined> {
  const outer = await readJson<ProcessName>(layout(folder).supervisor)
  if (outer === undefined || !isAlive(outer)) return undefined
  const launcher = descendants(outer.pid).find(isLauncher)
  return launcher === undefined ? undefined : usageOf(launcher)
}

function descendants(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendants(child)])
}

/** The sandbox's own process names the launcher among its arguments too, and has others before it. */
function isLauncher(pid: number): boolean {
  const words = read(pid, 'cmdline').split('\0')
  return /(^|\/)python3?[.\d]*$/.test(words[0] ?? '') && words.includes('/opt/mse/launcher')
}

function usageOf(pid: number): Usage | undefined {
  const status = read(pid, 'status')
  if (status === '') return undefined
  const number = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
  const bytes = (name: string): number => number(name) * 1024
  return {
    memory: Math.max(bytes('VmHWM') - bytes('RssFile'), bytes('RssAnon')),
    libraries: mappedFiles(read(pid, 'maps')),
    threads: number('Threads'),
  }
}

/** Bytes of files that are mapped: libraries, and whatever else; memory that is shared with itself is none. */
function mappedFiles(maps: string): number {
  const ranges = maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) \S+ \S+ \S+ [1-9]\d* +\/(?!dev\/zero)/gm)
  return [...ranges].reduce((sum, [, begin = '0', end = '0']) => sum + Number(`0x${end}`) - Number(`0x${begin}`), 0)
}

function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}
