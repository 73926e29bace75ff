import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { constants } from 'node:os'
import { join } from 'node:path'
import type { Duplex, Readable } from 'node:stream'
import { doorProgram } from '../../../locations.ts'
import { describeEnd } from '../../software/supervisor/describe-end.ts'
import type { Doors } from '../../software/supervisor/doors.ts'
import type { Sandbox, Site } from '../../software/supervisor/dwelling.ts'
import { launcherChannel } from '../../software/supervisor/launcher-channel.ts'
import type { Loader } from '../loaders/loader.ts'
import type { Lifeline, LauncherEnd } from './lifeline.ts'

/**
 * Starts the launcher in its container, with the descriptors that it would have in a sandbox (spec/3-launch.md): Python hands them
 * over, since Node.js sends none to strangers.
 */
export function startInContainer(site: Site, loader: Loader, lifeline: Lifeline, { first, next }: Doors): Sandbox {
  const { files, plan } = site
  writeFileSync(join(files.container, 'job.json'), JSON.stringify(loader.job(site)), { mode: 0o644 })
  const log = openSync(files.log, 'a', 0o600)
  const begun = statSync(files.log).size
  const giver = spawn(plan.interpreter.executable, ['-I', '-S', '-B', doorProgram, 'hand'], {
    cwd: files.container,
    stdio: ['ignore', 'pipe', log, 'pipe', first, next ?? first, 'pipe'],
  })
  closeSync(log)
  const streams = giver.stdio as unknown as readonly unknown[]
  let seen: LauncherEnd | undefined
  let over = false
  const ended = handed(giver)
    .then(() => lifeline.run())
    .then((end) => {
      seen = end
      over = true
      giver.kill('SIGKILL')
      return end.code
    })
  return {
    quoteChannel: streams[3] as Duplex,
    channel: launcherChannel(streams[6] as Duplex),
    usage: () => lifeline.usage(),
    ended,
    describe(code) {
      const explained = loader.explain(printedSince(files.log, begun))
      const overrun = seen?.outOfMemory === true ? plan.hardware : undefined
      return explained ?? describeEnd(code, plan.hardware, { overrun, data: 0 })
    },
    kill: (signal) => (over ? undefined : lifeline.signal(constants.signals[signal])),
  }
}

/** At most the last part of it; a log that was cut meanwhile is read from its beginning. */
function printedSince(log: string, begun: number): string {
  const bytes = readFileSync(log)
  return bytes.subarray(Math.max(bytes.length < begun ? 0 : begun, bytes.length - (1 << 16))).toString()
}

/** Resolves when the descriptors can be fetched, or never will be. */
async function handed(giver: ChildProcess): Promise<void> {
  await Promise.race([once(giver.stdout as Readable, 'data'), once(giver, 'exit')]).catch(() => undefined)
}
