import { createReadStream } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { MseError } from '../../../error.ts'
import type { ContainerSettings } from './container-settings.ts'
import { exchange, type Answer, type Question } from './exchange.ts'
import type { FoundEngine } from './find-engine.ts'
import { engineRefusal, streamedError } from './refusal.ts'

/** What is known of a container. */
export interface ContainerState {
  readonly id: string
  readonly labels: Readonly<Record<string, string>>
  readonly running: boolean
  /** Of its process 1, as this machine sees it; 0 if it does not run. */
  readonly pid: number
  readonly exitCode: number
  /** Whether the kernel ended it for its memory. */
  readonly outOfMemory: boolean
}

/** A container engine of this machine: what is asked of it, and nothing else. Every call may fail as `exchange` and `engineRefusal` say. */
export interface Engine {
  /** Whether its root is the user who runs it. */
  isRootless(): Promise<boolean>
  /** @returns whether an image with this configuration, `sha256:…`, is there */
  hasImage(digest: string): Promise<boolean>
  /** Takes an archive of `docker save`, or an OCI layout as a tar. */
  loadImage(archive: string): Promise<void>
  /** @returns its id. @throws MseError `container/image`; `container/exists` if the name is taken */
  create(name: string, settings: ContainerSettings): Promise<string>
  start(id: string): Promise<void>
  /** What it has printed itself: only its process 1, which says why it cannot start. */
  logs(id: string): Promise<string>
  inspect(nameOrId: string): Promise<ContainerState | undefined>
  /** Names of those that have a label, running or not. */
  list(label: string): Promise<string[]>
  /** Ends and removes it; nothing to do if it is not there. */
  remove(nameOrId: string): Promise<void>
}

/** Milliseconds that the end of a container may take. */
const patience = 10_000

export function openEngine({ socket, api }: FoundEngine): Engine {
  const ask = (question: Question): Promise<Answer> =>
    exchange(socket, { ...question, path: `/v${api}${question.path}` })
  /** A status that is not named in `fine` is a refusal. */
  const demand = async (question: Question, ...fine: readonly number[]): Promise<Answer> => {
    const answer = await ask(question)
    if (fine.includes(answer.status)) return answer
    throw engineRefusal(question, answer)
  }
  const of = (id: string): string => `/containers/${encodeURIComponent(id)}`
  const inspect = async (nameOrId: string): Promise<ContainerState | undefined> => {
    const { status, body } = await demand({ method: 'GET', path: `${of(nameOrId)}/json` }, 200, 404)
    return status === 404 ? undefined : stateOf(body as Inspected)
  }
  /** A container that two remove at once, the engine itself being one of them, can be on the list and no longer be known. */
  const isListed = async (name: string): Promise<boolean> => {
    const filters = encodeURIComponent(JSON.stringify({ name: [name] }))
    const { body } = await demand({ method: 'GET', path: `/containers/json?all=1&filters=${filters}` }, 200)
    return (body as readonly unknown[]).length > 0
  }
  return {
    async isRootless() {
      const { body } = await demand({ method: 'GET', path: '/info' }, 200)
      const options = (body as { readonly SecurityOptions?: readonly string[] | null }).SecurityOptions ?? []
      return options.some((option) => option.includes('rootless'))
    },
    async hasImage(digest) {
      const path = `/images/${encodeURIComponent(digest)}/json`
      return (await demand({ method: 'GET', path }, 200, 404)).status === 200
    },
    async loadImage(archive) {
      const question = { method: 'POST', path: '/images/load?quiet=1', archive: createReadStream(archive) } as const
      const answer = await demand(question, 200)
      const message = streamedError(answer.body)
      if (message !== undefined) throw engineRefusal(question, { ...answer, body: { message } })
    },
    async create(name, settings) {
      const path = `/containers/create?name=${encodeURIComponent(name)}`
      const { body } = await demand({ method: 'POST', path, json: settings }, 201)
      return (body as { readonly Id: string }).Id
    },
    async start(id) {
      await demand({ method: 'POST', path: `${of(id)}/start` }, 204, 304)
    },
    async logs(id) {
      const { status, body } = await ask({ method: 'GET', path: `${of(id)}/logs?stdout=1&stderr=1&tail=20` })
      return status === 200 ? printed(String(body)) : ''
    },
    inspect,
    async list(label) {
      const filters = encodeURIComponent(JSON.stringify({ label: [label] }))
      const { body } = await demand({ method: 'GET', path: `/containers/json?all=1&filters=${filters}` }, 200)
      return (body as readonly { readonly Names: readonly string[] }[]).map(({ Names }) =>
        String(Names[0]).replace(/^\//, ''),
      )
    },
    async remove(nameOrId) {
      const question: Question = { method: 'DELETE', path: `${of(nameOrId)}?force=1&v=1` }
      // One that is being removed already answers 409 to some engines and 500 to others: it is asked for until it is gone.
      for (const until = performance.now() + patience; ;) {
        const answer = await ask(question)
        if ((await inspect(nameOrId)) === undefined && !(await isListed(nameOrId))) return
        if (performance.now() > until) throw engineRefusal(question, answer)
        await sleep(100)
      }
    },
  }
}

interface Inspected {
  readonly Id: string
  readonly Config?: { readonly Labels?: Readonly<Record<string, string>> | null }
  readonly State?: {
    readonly Running?: boolean
    readonly Pid?: number
    readonly ExitCode?: number
    readonly OOMKilled?: boolean
  }
}

function stateOf({ Id, Config, State }: Inspected): ContainerState {
  if (typeof Id !== 'string') {
    throw new MseError('container/refused', 'the container engine does not say which container it means')
  }
  return {
    id: Id,
    labels: Config?.Labels ?? {},
    running: State?.Running === true,
    pid: State?.Pid ?? 0,
    exitCode: State?.ExitCode ?? 0,
    outOfMemory: State?.OOMKilled === true,
  }
}

/** Frames of eight bytes of header and a length (Docker Engine API, "Attach to a container"); the header is dropped. */
function printed(text: string): string {
  // oxlint-disable-next-line no-control-regex -- the header is of control characters
  return text.replaceAll(/[\x00-\x02]\x00{3}[\s\S]{4}/g, '').trim()
}
