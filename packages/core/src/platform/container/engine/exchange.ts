import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { MseError } from '../../../error.ts'
import { readAtMost } from '../../../read-at-most.ts'

/** Milliseconds: to make a container can take long. */
const usualPatience = 60_000
/** Bytes of an answer that are read at most: what engines say of one container or image is a few KiB. */
const largest = 1 << 20

export interface Question {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** With its query, without a version: `/containers/json?all=1`. */
  readonly path: string
  /** Sent as JSON. */
  readonly json?: object
  /** Sent as an archive. */
  readonly archive?: Readable
  /** Milliseconds without a byte after which the engine is given up. */
  readonly patience?: number
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** JSON if it is any, else the text. */
  readonly body: unknown
}

/**
 * Asks a container engine over its Unix socket (Docker Engine API, which Podman answers, too).
 *
 * @throws MseError `environment/engine`: nobody listens, or it does not answer; `environment/engine-permission`
 */
export async function exchange(socketPath: string, question: Question): Promise<Answer> {
  const { method, path, json, archive, patience = usualPatience } = question
  const text = json === undefined ? undefined : JSON.stringify(json)
  const headers = {
    ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    ...(archive === undefined ? {} : { 'content-type': 'application/x-tar' }),
  }
  const asked = request({ socketPath, method, path, headers, agent: false })
  asked.setTimeout(patience, () => asked.destroy(new Error('it does not answer')))
  try {
    if (archive === undefined) asked.end(text)
    else archive.once('error', (error) => asked.destroy(error)).pipe(asked)
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: parsed(await bodyOf(answer)) }
  } catch (cause) {
    throw unreachable(socketPath, cause as NodeJS.ErrnoException)
  } finally {
    archive?.destroy()
  }
}

async function bodyOf(answer: IncomingMessage): Promise<string> {
  const body = await readAtMost(answer, largest)
  if (body === undefined) throw new Error('it says more than it is asked for')
  return body.toString()
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function unreachable(socket: string, cause: NodeJS.ErrnoException): MseError {
  if (cause.code === 'EACCES' || cause.code === 'EPERM') {
    return new MseError('environment/engine-permission', 'this user may not speak to the container engine', {
      found: socket,
      next: 'systemctl --user start podman.socket, for an engine of your own; or join the group that owns the socket',
      cause,
    })
  }
  return new MseError('environment/engine', 'the container engine does not answer', {
    expected: `an engine that listens on ${socket}`,
    found: cause.message,
    next: startCommand,
    cause,
  })
}

/** What starts an engine where one is installed. */
export const startCommand = 'systemctl start podman.socket, or systemctl start docker'
