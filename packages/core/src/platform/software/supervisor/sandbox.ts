import { spawn } from 'node:child_process'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import type { Duplex, Readable } from 'node:stream'
import { childrenOf, processName, signalProcess } from '../../../state/process.ts'
import type { Layout } from '../layout.ts'
import type { SupervisorPlan } from '../plan-file.ts'
import { seccompFilter } from '../seccomp.ts'
import type { Doors } from './doors.ts'
import { describeEnd } from './describe-end.ts'
import type { Sandbox } from './dwelling.ts'
import { launcherChannel } from './launcher-channel.ts'
import { memoryUse, watchMemory } from './memory-watch.ts'
import { processorTime } from './process-stat.ts'
import { dataLimit, openFiles, stackSize } from './limits.ts'
import { interpreterInside, sandboxArguments } from './sandbox-arguments.ts'

/** Starts the launcher as `argv` of the measured configuration says, under bubblewrap and the limits of the plan. */
export function startSandbox(
  files: Layout,
  plan: SupervisorPlan,
  argv: readonly string[],
  { first, next }: Doors,
): Sandbox {
  writeFileSync(files.seccomp, seccompFilter())
  const seccomp = openSync(files.seccomp, 'r')
  const log = openSync(files.log, 'a', 0o600)
  const limits = [`--data=${dataLimit(plan.hardware)}`, `--stack=${stackSize}`, '--core=0', `--nofile=${openFiles}`]
  const sandbox = ['bwrap', ...sandboxArguments(files, plan, { seccomp: 7, info: 8 })]
  const child = spawn('prlimit', [...limits, ...sandbox, '--', interpreterInside(plan.interpreter), ...argv], {
    stdio: ['ignore', log, log, 'pipe', first, next ?? first, 'pipe', seccomp, 'pipe'],
  })
  closeSync(seccomp)
  closeSync(log)
  const streams = child.stdio as unknown as readonly unknown[]
  const pid = launcherPid(streams[8] as Readable)
  const kill = (signal: NodeJS.Signals): void => {
    const launcher = pid()
    const name = launcher === undefined ? undefined : processName(launcher)
    if (name === undefined) child.kill('SIGKILL')
    else signalProcess(name, signal)
  }
  let overrun: number | undefined
  const memory = watchMemory(pid, plan.hardware, (resident) => {
    overrun = resident
    kill('SIGKILL')
  })
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127))
    child.once('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : 137))
  })
  void ended.then(() => memory.stop())
  return {
    quoteChannel: streams[3] as Duplex,
    channel: launcherChannel(streams[6] as Duplex),
    async usage() {
      const launcher = pid()
      if (launcher === undefined) return { memory: 0, cpu: 0 }
      return { memory: memoryUse(launcher)?.resident ?? 0, cpu: processorTime(launcher) }
    },
    ended,
    describe: (code) => describeEnd(code, plan.hardware, { overrun, data: memory.lastData() }),
    kill,
  }
}

/** bubblewrap names the init process of its sandbox on the info descriptor; the launcher is the one child of that. */
function launcherPid(info: Readable): () => number | undefined {
  let text = ''
  info.setEncoding('utf8')
  info.on('data', (data: string) => (text += data))
  info.on('error', () => undefined)
  return () => {
    const init = /"child-pid": (\d+)/.exec(text)?.[1]
    return init === undefined ? undefined : childrenOf(Number(init))[0]
  }
}
