import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { realpath, rm, writeFile } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { MseError } from '../../error.ts'
import { encodeUnmeasured, type LaunchPlan } from '../../launch/plan.ts'
import { supervisorProgram } from '../../locations.ts'
import { replaceFile } from '../../state/files.ts'
import { processName } from '../../state/process.ts'
import type { Running } from '../platform.ts'
import { layout } from './layout.ts'
import type { SupervisorPlan } from './plan-file.ts'
import { supervised } from './supervised.ts'
import { toolPath } from './tools.ts'

/**
 * Starts the supervisor of one enclave: the init process of user, mount and PID namespaces of its own, so that ending the one
 * outer process ends everything inside and leaves no mount. It waits on its standard input for `go`, which it gets once it is
 * on record; if this process dies before `detach`, it ends, and the next command removes its files.
 */
export async function startSupervisor(plan: LaunchPlan, identity: string): Promise<Running> {
  const files = layout(plan.folder)
  const { executable, prefix } = plan.interpreter
  const written: SupervisorPlan = {
    hardware: plan.hardware,
    storage: plan.storage,
    instance: plan.unmeasured.instance,
    launch: encodeUnmeasured(plan.unmeasured),
    address: plan.unmeasured.address,
    port: plan.unmeasured.port,
    interpreter: { executable, prefix },
    identity,
    patience: plan.patience,
  }
  await Promise.all([files.log, files.report].map((path) => rm(path, { force: true })))
  await writeFile(files.plan, JSON.stringify(written), { mode: 0o600 })

  const log = openSync(files.log, 'a', 0o600)
  const namespaces = ['--user', '--map-root-user', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc']
  const node = [process.execPath, '--max-old-space-size=512', supervisorProgram, await realpath(plan.folder)]
  const child = spawn('flock', ['-n', '-F', '-E', '75', files.lock, 'unshare', ...namespaces, ...node], {
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

  const running = supervised(plan.folder)
  return {
    ...running,
    async detach() {
      await new Promise<void>((resolve) => input.end('detach\n', () => resolve()))
    },
  }
}
