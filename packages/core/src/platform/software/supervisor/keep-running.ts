import { setTimeout as sleep } from 'node:timers/promises'
import type { Failure } from '../../platform.ts'
import type { Layout } from '../layout.ts'
import type { EnclaveIdentity } from './enclave-identity.ts'
import { doorsFor } from './doors.ts'
import type { Dwelling, Sandbox } from './dwelling.ts'
import { endStrays } from './end-strays.ts'
import { logLine } from './log-line.ts'
import { serveQuotes } from './quoting-enclave.ts'
import { writeReportIfPossible } from './report.ts'
import type { Wish } from './wish.ts'

export interface RunInputs {
  readonly files: Layout
  readonly dwelling: Dwelling
  readonly identity: EnclaveIdentity
  /** What is told of the enclave while it runs. */
  readonly enclave: Enclave
  /** Whether a launcher that ends is started again: one that comes back by itself, or that may wait for its owner again. */
  readonly startsAgain: () => boolean
  readonly wished: Promise<Wish>
  /** Resolves when nobody has provisioned the enclave in time, or it does not answer in time. */
  readonly expired: Promise<Failure>
}

/** The enclave as it is now. */
export interface Enclave {
  sandbox: Sandbox | undefined
  /** Resolves when the application of this launcher runs, or the launcher has ended. */
  serves: Promise<unknown>
  /** Whether it runs: a launcher that waits, or imports, answers no question. */
  answers: boolean
  /** How often the launcher was started again. */
  restarts: number
  /** When it was started last: milliseconds of a clock that does not jump (performance.now). */
  began: number
  /** Whether it answers at its own address; a successor does not before it has taken over. */
  open: boolean
}

/** Ends after which another start would go the same way. */
const final: readonly string[] = ['launch/expired', 'launch/timeout']
/** Milliseconds before the launcher is started again, after its first, second, … end; then it is given up. */
const pauses = [500, 1_000, 2_000, 4_000]
/** Milliseconds after which a launcher counts as having run well. */
const settled = 60_000
/** Milliseconds that a launcher gets to end by itself when its storage is to be unmounted. */
const graceToHalt = 10_000
/** Milliseconds that connections which were accepted before a launcher retires get to say what they want. */
const handshake = 1_000
/** Milliseconds that an application may take to be imported: what a timer can hold. */
const longest = 2 ** 31 - 1

/**
 * Runs the launcher until somebody wishes otherwise. One that ends by itself is started again if it can go on without its owner;
 * otherwise the enclave has failed. Returns the wish, or why it failed.
 */
export async function keepRunning(inputs: RunInputs): Promise<Wish | Failure> {
  const { files, startsAgain, wished, enclave } = inputs
  for (let misfortunes = 0; ; enclave.restarts += 1) {
    enclave.began = performance.now()
    await writeReportIfPossible(files.report, { phase: 'started', restarts: enclave.restarts, open: enclave.open })
    const end = await runOnce(inputs)
    if (typeof end === 'string') return end
    logLine(files.log, end.message)
    misfortunes = performance.now() - enclave.began > settled ? 0 : misfortunes
    const pause = pauses[misfortunes]
    if (!startsAgain() || final.includes(end.code)) return end
    if (pause === undefined) return givenUp(end, pauses.length + 1)
    misfortunes += 1
    logLine(files.log, `starting it again in ${pause / 1000} s`)
    const wish = await Promise.race([sleep(pause, undefined), wished])
    if (wish !== undefined) return wish
  }
}

/** Opens the door of the enclave's own address beside the one of meanwhile, and says so. */
export async function takeOver(files: Layout, enclave: Enclave): Promise<void> {
  if ((await enclave.sandbox?.channel.ask('o', graceToHalt)) === undefined) return
  enclave.open = true
  await writeReportIfPossible(files.report, { phase: 'started', restarts: enclave.restarts, open: true })
}

async function runOnce({ dwelling, identity, enclave, wished, expired }: RunInputs): Promise<Wish | Failure> {
  const sandbox = dwelling.start(doorsFor(enclave.open))
  enclave.sandbox = sandbox
  enclave.answers = false
  enclave.serves = answered(enclave, sandbox)
  void serveQuotes(sandbox.quoteChannel, identity.quotingEnclave, identity.report)
  const asked = await Promise.race([sandbox.ended, wished, expired])
  if (asked === 'retire' && (await sandbox.channel.ask('c', graceToHalt)) !== undefined) await sleep(handshake)
  if (typeof asked !== 'number') sandbox.kill('SIGTERM')
  const hurried = asked === 'halt' || typeof asked === 'object'
  const impatience = hurried ? setTimeout(() => sandbox.kill('SIGKILL'), graceToHalt) : undefined
  const code = await sandbox.ended
  await endStrays()
  clearTimeout(impatience)
  enclave.sandbox = undefined
  return typeof asked === 'number' ? sandbox.describe(code) : asked
}

/** A launcher answers once its application runs. */
async function answered(enclave: Enclave, sandbox: Sandbox): Promise<void> {
  const requests = await sandbox.channel.ask('r', longest)
  if (enclave.sandbox === sandbox) enclave.answers = requests !== undefined
}

function givenUp(end: Failure, times: number): Failure {
  return {
    ...end,
    message: `${end.message}; it ended ${times} times in a row and was given up`,
    next: 'mse restart NAME',
  }
}
