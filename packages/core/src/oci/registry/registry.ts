import { setTimeout as sleep } from 'node:timers/promises'
import { MseError } from '../../error.ts'
import { authorise, unauthorised } from './authorise.ts'
import type { Credentials } from './credentials.ts'
import { bodyOf, exchange, isPlain, type Answer, type Connection, type Outgoing } from './exchange.ts'
import { isLoopback, type Reference } from './reference.ts'

export interface RegistryOptions extends Connection {
  readonly credentials: Credentials | undefined
  /** Hosts that may do without TLS; this machine itself always may. */
  readonly insecure: readonly string[]
  /** Milliseconds before the first retry; each further one waits twice as long. */
  readonly retryAfter: number
}

/** What is asked for in the end may be more than one request: a login, a redirect, a retry. */
const attempts = 4
const redirects = 5

/** One repository of a registry (OCI Distribution Specification 1.1). */
export class Registry {
  readonly #options: RegistryOptions
  readonly #scope: string
  readonly #repository: string
  #base: URL
  #authorization: string | undefined

  private constructor(base: URL, repository: string, scope: string, options: RegistryOptions) {
    this.#base = base
    this.#repository = repository
    this.#scope = scope
    this.#options = options
  }

  /**
   * Finds out how a registry is spoken to: by TLS, or where that is permitted without.
   *
   * @throws MseError `registry/unreachable`, `registry/certificate`
   */
  static async connect(
    { host, repository }: Reference,
    actions: 'pull' | 'pull,push',
    options: RegistryOptions,
  ): Promise<Registry> {
    const name = host === 'docker.io' ? 'registry-1.docker.io' : host
    const client = new Registry(new URL(`https://${name}/`), repository, `repository:${repository}:${actions}`, options)
    try {
      await client.#ping()
    } catch (error) {
      const code = ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code
      if (!isPlain(code) || !(isLoopback(host) || options.insecure.includes(host))) throw error
      client.#base = new URL(`http://${name}/`)
      await client.#ping()
    }
    return client
  }

  /**
   * Sends a request for something of the repository, or to where an earlier answer pointed, and returns what is not an error.
   *
   * @param accepted statuses that are answers; others are errors
   * @throws MseError `registry/*`
   */
  async send(path: string | URL, outgoing: Outgoing, accepted: readonly number[]): Promise<Answer> {
    const url = typeof path === 'string' ? new URL(`v2/${this.#repository}/${path}`, this.#base) : path
    const answer = await this.#retrying(url, outgoing)
    if (accepted.includes(answer.status)) return answer
    throw await refusal(url, answer)
  }

  /** Where an answer points, relative to where it came from. */
  location(answer: Answer, from: URL = this.#base): URL {
    const { location } = answer.headers
    if (location === undefined || !URL.canParse(location, from.href)) {
      throw new MseError('registry/refused', 'the registry does not say where to go on')
    }
    return this.#permitted(new URL(location, from))
  }

  async #ping(): Promise<void> {
    const answer = await exchange(new URL('v2/', this.#base), { method: 'GET' }, this.#options)
    answer.discard()
  }

  async #retrying(url: URL, outgoing: Outgoing): Promise<Answer> {
    // A part of an upload may have arrived although nobody says so: whoever sends it has to ask.
    const most = outgoing.method === 'PATCH' ? 1 : attempts
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await this.#authorised(url, outgoing)
        if (attempt >= most || ![429, 500, 502, 503, 504].includes(answer.status)) return answer
        answer.discard()
      } catch (error) {
        const again = error instanceof MseError && error.code === 'registry/unreachable'
        if (!again || attempt >= most) throw error
      }
      await sleep(this.#options.retryAfter * 2 ** (attempt - 1), undefined, { signal: this.#options.signal })
    }
  }

  async #authorised(url: URL, outgoing: Outgoing): Promise<Answer> {
    const answer = await this.#following(url, outgoing)
    if (answer.status !== 401) return answer
    answer.discard()
    const connection = { ...this.#options, plain: this.#base.protocol === 'http:' }
    const challenge = answer.headers['www-authenticate']
    this.#authorization = await authorise(challenge, this.#scope, this.#options.credentials, connection)
    return this.#following(url, outgoing)
  }

  /** A login is for the registry alone: where it redirects to gets none. */
  async #following(url: URL, outgoing: Outgoing, left: number = redirects): Promise<Answer> {
    const own = url.origin === this.#base.origin && this.#authorization !== undefined
    const headers = { ...outgoing.headers, ...(own && { Authorization: this.#authorization }) } as Record<
      string,
      string
    >
    const answer = await exchange(url, { ...outgoing, headers }, this.#options)
    const reading = outgoing.method === 'GET' || outgoing.method === 'HEAD'
    if (!reading || ![301, 302, 303, 307, 308].includes(answer.status)) return answer
    answer.discard()
    if (left === 0) throw new MseError('registry/refused', 'the registry redirects again and again')
    return this.#following(this.location(answer, url), outgoing, left - 1)
  }

  #permitted(url: URL): URL {
    if (url.protocol === 'https:' || (url.protocol === 'http:' && this.#base.protocol === 'http:')) return url
    throw new MseError('registry/insecure', 'the registry sends to a place without TLS', { found: url.origin })
  }
}

async function refusal(url: URL, answer: Answer): Promise<MseError> {
  const said = await bodyOf(answer, 64 << 10).then(errorsOf, () => '')
  const found = `${answer.status}${said === '' ? '' : `: ${said}`}`
  if (answer.status === 401 || answer.status === 403) {
    try {
      unauthorised()
    } catch (error) {
      return error as MseError
    }
  }
  if (answer.status === 404) return new MseError('registry/not-found', `${url.host} has no such image`, { found })
  if (answer.status === 429 || answer.status >= 500) {
    return new MseError('registry/unavailable', `${url.host} cannot answer now`, { found, next: 'Try again later.' })
  }
  return new MseError('registry/refused', `${url.host} refuses`, { found })
}

/** `CODE message`, as registries word their errors. */
function errorsOf(body: Buffer): string {
  try {
    const { errors } = JSON.parse(body.toString()) as { errors: { code?: unknown; message?: unknown }[] }
    return errors
      .map(({ code, message }) => `${String(code)} ${String(message)}`)
      .join('; ')
      .slice(0, 500)
  } catch {
    return ''
  }
}
