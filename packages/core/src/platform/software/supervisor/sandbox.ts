import { spawn } from 'node:child_process'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import type { Duplex, Readable } from 'node:stream'
import { childrenOf, processName, signalProcess } from '../../../state/process.ts'
import type { Layout } from '../layout.ts'
import type { SupervisorPlan } from '../plan-file.ts'
import { seccompFilter } from '../seccomp.ts'
import type { Doors } from './doors.ts'
import { launcherChannel, type LauncherChannel } from './launcher-channel.ts'
import { dataLimit, interpreterInside, sandboxArguments } from './sandbox-arguments.ts'

/** Bytes of stack of a thread that does not ask for more: with 1 MiB, numpy and Python from 3.12 on overrun it. */
const stackSize = 4 << 20
/** Open files, sockets included: each holds memory of the kernel that no limit of the enclave counts. */
const openFiles = 4096

/** A launcher in its sandbox. */
export interface Sandbox {
  readonly quoteChannel: Duplex
  readonly channel: LauncherChannel
  /** Number of the launcher's process, as this namespace sees it; undefined until it runs. */
  launcher(): number | undefined
  /** Resolves when it has ended: exit code, or 128 and the number of the signal. */
  readonly ended: Promise<number>
  kill(signal: NodeJS.Signals): void
}

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
    stdio: ['ignore', log, log, 'pipe', first, next ?? 'ignore', 'pipe', seccomp, 'pipe'],
  })
  closeSync(seccomp)
  closeSync(log)
  const streams = child.stdio as unknown as readonly unknown[]
  const pid = launcherPid(streams[8] as Readable)
  return {
    quoteChannel: streams[3] as Duplex,
    channel: launcherChannel(streams[6] as Duplex),
    launcher: pid,
    ended: new Promise((resolve) => {
      child.once('error', () => resolve(127))
      child.once('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : 137))
    }),
    kill(signal) {
      const launcher = pid()
      const name = launcher === undefined ? undefined : processName(launcher)
      if (name === undefined) child.kill('SIGKILL')
      else signalProcess(name, signal)
    },
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
