import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { MseError } from '../../error.ts'
import type { LaunchPlan } from '../../launch/plan.ts'
import { doorProgram } from '../../locations.ts'
import { replaceFile } from '../../state/files.ts'
import { processName } from '../../state/process.ts'
import type { Running } from '../platform.ts'
import type { Layout } from './layout.ts'
import type { SupervisorPlan } from './plan-file.ts'
import { supervised } from './supervised.ts'
import type { Supervision } from './supervision.ts'
import { takenOver } from './taken-over.ts'
import { toolPath } from './tools.ts'

/** Whose listener it gets: another launch's, beside which it starts; that of its own launch, after whose end it starts; nobody's. */
export type Replaced = LaunchPlan['replaces'] | 'itself'

/** Seconds that a supervisor waits for the one before it in its own folder. */
const succession = 40

/**
 * Starts the supervisor of one enclave, so that ending the one outer process ends everything of it. It waits on its standard input for
 * `go`, which it gets once it is on record, and then for `packed`; if this process dies before `detach`, it ends, and the next command
 * removes its files.
 */
export async function startSupervisor(
  files: Layout,
  plan: SupervisorPlan,
  replaces: Replaced,
  supervision: Supervision,
): Promise<Running> {
  const folder = await realpath(files.folder)
  const log = openSync(files.log, 'a', 0o600)
  const [program, ...args] = [
    ...doors(folder, plan, replaces),
    ...['flock', '-w', replaces === 'itself' ? String(succession) : '0', '-F', '-E', '75', files.lock],
    ...supervision.isolation,
    ...[
      process.execPath,
      '--max-old-space-size=512',
      supervision.program,
      folder,
      typeof replaces === 'object' ? 'second' : 'first',
    ],
  ] as [string, ...string[]]
  const child = spawn(program, args, {
    detached: true,
    stdio: ['pipe', log, log],
    cwd: '/',
    env: { PATH: toolPath() },
  })
  closeSync(log)
  const input = child.stdin as Writable
  input.on('error', () => undefined) // a supervisor that has ended is noticed by its report
  const name = child.pid === undefined ? undefined : processName(child.pid)
  if (name === undefined) throw new MseError('launch/supervisor', 'the supervisor of the enclave cannot be started')
  await replaceFile(files.supervisor, JSON.stringify(name))
  input.write('go\n')
  child.unref()

  const running = supervised(files.folder, supervision)
  return {
    ...running,
    begin: async () => void input.write('packed\n'),
    async takeOver() {
      if (typeof replaces !== 'object') return
      input.write('open\n')
      await takenOver(running, files.report)
    },
    async detach() {
      await new Promise<void>((resolve) => input.end('detach\n', () => resolve()))
    },
  }
}

/** Opens the listening sockets and becomes what follows; the supervisor keeps them as long as it lives (enclave/door.py). */
function doors(folder: string, { address, port, interpreter }: SupervisorPlan, from: Replaced): string[] {
  const python = [interpreter.executable, '-I', '-S', '-B', doorProgram]
  if (from === 'itself') return [...python, 'succeed', folder]
  const meanwhile = from?.meanwhile ?? { address, port: 0 }
  const doors = [address, String(port), meanwhile.address, String(meanwhile.port)]
  return [...python, 'hold', folder, from?.folder ?? '', ...doors]
}
