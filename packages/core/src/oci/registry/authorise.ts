import * as v from 'valibot'
import { MseError } from '../../error.ts'
import { tokenUser, type Credentials } from './credentials.ts'
import { bodyOf, exchange, type Connection, type Outgoing } from './exchange.ts'

/** What a registry asks for in `WWW-Authenticate` (RFC 9110, 11.6.1; the token specification of CNCF Distribution). */
interface Challenge {
  readonly scheme: 'basic' | 'bearer'
  readonly realm: string
  readonly service: string | undefined
}

const token: v.GenericSchema<unknown, { token?: string | undefined; access_token?: string | undefined }> = v.object({
  token: v.optional(v.string()),
  access_token: v.optional(v.string()),
})

/**
 * The `Authorization` that answers a registry's challenge.
 *
 * @param scope of the token, `repository:NAME:pull,push`: what this program needs, whatever the registry names
 * @throws MseError `registry/unauthorised`, `registry/insecure`
 */
export async function authorise(
  challenge: string | undefined,
  scope: string,
  credentials: Credentials | undefined,
  connection: Connection & { readonly plain: boolean },
): Promise<string> {
  const { scheme, realm, service } = parseChallenge(challenge)
  if (scheme === 'basic') return basic(credentials ?? unauthorised())
  const url = URL.canParse(realm) ? new URL(realm) : unauthorised()
  // A login goes to the place that the registry names. Over TLS at least, unless the registry itself has none.
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && connection.plain)) {
    throw new MseError('registry/insecure', 'the registry sends its logins to a place without TLS', { found: realm })
  }
  const answer = await exchange(url, request(url, scope, service, credentials), connection)
  if (answer.status !== 200) {
    answer.discard()
    return unauthorised()
  }
  const body = v.safeParse(token, parseJson(await bodyOf(answer, 1 << 20)))
  const found = body.success ? (body.output.token ?? body.output.access_token) : undefined
  return `Bearer ${found ?? unauthorised()}`
}

function request(url: URL, scope: string, service: string | undefined, credentials: Credentials | undefined): Outgoing {
  if (credentials?.username === tokenUser) {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: credentials.password,
      client_id: 'mse',
      scope,
      ...(service !== undefined && { service }),
    })
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
    return { method: 'POST', headers, body: Buffer.from(form.toString()) }
  }
  if (service !== undefined) url.searchParams.set('service', service)
  url.searchParams.set('scope', scope)
  return { method: 'GET', ...(credentials && { headers: { Authorization: basic(credentials) } }) }
}

function parseChallenge(header = ''): Challenge {
  const scheme = /^\s*(basic|bearer)\s/i.exec(header)?.[1]?.toLowerCase() as Challenge['scheme'] | undefined
  const parameter = (name: string): string | undefined =>
    new RegExp(String.raw`[\s,]${name}="([^"]*)"`, 'i').exec(header)?.[1]
  if (scheme === undefined) return unauthorised()
  return { scheme, realm: parameter('realm') ?? '', service: parameter('service') }
}

function basic({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}

export function unauthorised(): never {
  throw new MseError('registry/unauthorised', 'the registry does not let this login do that, or there is none', {
    next: 'podman login HOST, or docker login HOST',
  })
}
