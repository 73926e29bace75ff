import type { Policy } from '@mse/attest'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { verifyApp, type Proof } from '../attest/verify-app.ts'
import { MseError } from '../error.ts'
import { packagePolicy } from '../package/package-policy.ts'
import { choosePlatform } from '../platform/platforms.ts'
import type { Project } from '../project/project.ts'
import { appStatus, type AppStatus } from '../serve/app-status.ts'
import type { Session } from '../session.ts'
import { findApp, type AppOnDisk } from '../state/app.ts'
import { urlOf } from '../state/endpoint.ts'
import { testEnvironment } from './test-environment.ts'
import { TestsFailed } from './tests-failed.ts'

export interface Tested extends Proof {
  readonly name: string
  readonly url: string
  /** What the tests have printed, the last of it. */
  readonly output: string
}

/** An application that is tested, and what it has to prove first. */
export interface Subject {
  readonly onDisk: AppOnDisk
  readonly policy: Policy
  readonly policies?: readonly Policy[]
}

/** One of this machine; it has to run, and to be what was started. */
export async function subjectHere(session: Session, name: string): Promise<Subject> {
  const { folders } = session
  const onDisk = await findApp(folders, name)
  requireRunning(await appStatus(session, onDisk))
  const platform = choosePlatform(onDisk.app.platform, folders)
  return { onDisk, policy: await packagePolicy(join(onDisk.folder, 'package'), platform) }
}

/** Characters of output that are kept. */
const keptOutput = 1 << 20

/**
 * Runs `tests_cmd` of a project, in its folder of tests, against its running application: verified first, so that the tests
 * believe the certificate of the very enclave (`SSL_CERT_FILE`), unless it shows one of an authority, and know where it is (`TEST_REMOTE_URL`).
 *
 * @param find says which application it is, which runs
 * @param print gets what the tests print, as it comes
 * @throws MseError `test/no-command`, `test/not-running`, `test/requirements`; TestsFailed `test/failed`; as verification
 */
export async function testApp(
  session: Session,
  project: Project,
  find: (name: string) => Promise<Subject>,
  print: (text: string) => void,
): Promise<Tested> {
  const command = requireCommand(project)
  const { onDisk, policy, policies = [] } = await find(project.name)
  const proof = await verifyApp(session, onDisk, policy, policies)
  const environment = await testEnvironment(session, project.testsRequirements)
  const url = urlOf(onDisk.app)
  const { certificateFile: file, shown } = proof
  // A certificate of an authority is for who knows the authority: the tests believe whom this machine believes.
  const believed = shown.proves === 'certificate' ? { SSL_CERT_FILE: file, REQUESTS_CA_BUNDLE: file } : {}
  let output = ''
  const keep = (text: string): void => {
    print(text)
    output = (output + text).slice(-keptOutput)
  }
  const code = await session.phase('test', `${command}, against ${url}`, () =>
    runTests(command, project.testsDirectory, { ...environment, ...believed, TEST_REMOTE_URL: url }, session, keep),
  )
  if (code === 0) return { name: project.name, url, output, ...proof }
  throw new TestsFailed(command, code, output)
}

/** Its supervisor is asked first: at the port of one that has ended, anybody may answer. */
/** @throws MseError `test/not-running` */
export function requireRunning({ name, state }: Pick<AppStatus, 'name' | 'state'>): void {
  if (state === 'running') return
  const next = { waiting: 'mse run', stopped: 'mse deploy', expired: 'mse deploy' }
  throw new MseError('test/not-running', `${name} is not there to be tested`, {
    expected: 'running',
    found: state,
    next: next[state as keyof typeof next] ?? 'mse status',
  })
}

function requireCommand({ testsCmd, testsDirectory, file }: Project): string {
  if (testsCmd !== undefined && existsSync(testsDirectory)) return testsCmd
  throw new MseError('test/no-command', `${file} does not say how the application is tested`, {
    expected: 'tests_cmd, and a folder of tests',
    found: testsCmd === undefined ? 'no tests_cmd' : `no folder ${testsDirectory}`,
    next: 'tests_cmd = "pytest"',
  })
}

/** A command line of the project's own, read by a shell as its author would. Returns its exit code. */
function runTests(
  command: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
  { signal }: Session,
  print: (text: string) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', command], { cwd, env, signal, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', print)
    child.once('error', (error) => reject(signal.aborted ? (signal.reason as Error) : error))
    child.once('close', (code) => resolve(code ?? 1))
  })
}
