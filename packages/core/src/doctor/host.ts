import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MseError } from '../error.ts'
import { findPip } from '../package/dependencies/pip.ts'
import { findPython, type Interpreter } from '../package/interpreter.ts'
import { findTool } from '../platform/software/tools.ts'
import type { Folders } from '../state/paths.ts'
import type { Diagnosis } from './diagnosis.ts'
import type { Machine } from './machine.ts'
import { diagnosePort } from './port.ts'
import { programVersion } from './program-version.ts'

const pip = { id: 'host/pip', title: 'pip' } as const
const install = 'sudo apt-get install --yes --no-install-recommends'
const oldestNode = [20, 19] as const
/** Bytes that a first deploy needs: dependencies, a package, some storage. */
const wantedSpace = 2e9

/** What every platform needs. */
export async function examineHost({ folders, env }: Machine, port: number | undefined): Promise<Diagnosis[]> {
  return [node(), ...(await python(folders, env)), await age(), await space(folders), await diagnosePort(port)]
}

function node(): Diagnosis {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const good = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])
  const base = { id: 'host/node', title: 'Node.js', detail: process.version }
  return good
    ? { ...base, outcome: 'ok' }
    : { ...base, outcome: 'failed', fix: `install Node.js ${oldestNode.join('.')} or later` }
}

async function python(folders: Folders, env: Readonly<Record<string, string | undefined>>): Promise<Diagnosis[]> {
  const title = 'Python of the applications'
  try {
    const found = await findPython(env)
    const diagnosis: Diagnosis = {
      id: 'host/python',
      title,
      outcome: 'ok',
      detail: `${found.version}, ${found.executable}`,
    }
    return [diagnosis, await pipOf(found, folders, env)]
  } catch (error) {
    if (!(error instanceof MseError)) throw error
    const fix = error.next === undefined ? {} : { fix: error.next }
    return [
      { id: 'host/python', title, outcome: 'failed', detail: error.found ?? error.message, ...fix },
      { ...pip, outcome: 'skipped', detail: 'there is no Python to ask', fix: error.next ?? 'mse doctor' },
    ]
  }
}

async function pipOf(
  interpreter: Interpreter,
  folders: Folders,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Diagnosis> {
  try {
    const cache = join(folders.cache, 'dependencies')
    const { shown } = await findPip(interpreter, { python: interpreter.minor }, cache, env)
    return { ...pip, outcome: 'ok', detail: shown }
  } catch (error) {
    if (!(error instanceof MseError)) throw error
    return {
      ...pip,
      outcome: 'failed',
      detail: error.found ?? 'none',
      ...(error.next === undefined ? {} : { fix: error.next }),
    }
  }
}

async function space(folders: Folders): Promise<Diagnosis> {
  let place = folders.state
  while (!existsSync(place)) place = dirname(place)
  const { bavail, bsize } = await statfs(place)
  const free = bavail * bsize
  const detail = `${(free / 1e9).toFixed(1)} GB free at ${place}`
  const base = { id: 'host/space', title: 'disk space', detail }
  return free > wantedSpace
    ? { ...base, outcome: 'ok' }
    : { ...base, outcome: 'warning', fix: 'mse list; mse remove what is no longer used, or set XDG_STATE_HOME' }
}

/** mse has its own; with another one, people look after us. */
async function age(): Promise<Diagnosis> {
  const base = { id: 'host/age', title: 'age (to check our encryption with)' }
  const found = await findTool('age')
  if (found === undefined) {
    return { ...base, outcome: 'skipped', detail: 'not installed; mse does without', fix: `${install} age` }
  }
  return { ...base, outcome: 'ok', detail: `${(await programVersion(found, ['--version'])) ?? 'unknown'}, ${found}` }
}
