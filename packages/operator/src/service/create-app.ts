import type { HttpBindings } from '@hono/node-server'
import { MseError } from '@mse/core/error'
import { Hono, type Context } from 'hono'
import { Readable } from 'node:stream'
import * as v from 'valibot'
import { parameters, routes, type Route, type RouteName } from '../api/routes.ts'
import type { Call, Handler, Reply } from '../handlers/call.ts'
import { handlers } from '../handlers/handlers.ts'
import { authorise, countStranger } from './authorise.ts'
import { checked, readJson } from './read-json.ts'
import { refuse } from './refuse.ts'
import type { Service } from './service.ts'

type Bindings = { Bindings: HttpBindings }
type Asked = Context<Bindings>

/** The route table as an HTTP application. */
export function createApp(service: Service): Hono<Bindings> {
  const app = new Hono<Bindings>()
  for (const [name, route] of Object.entries<Route>(routes)) {
    app.on(route.method, route.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (asked) => {
      const call = await judge(service, route, asked)
      const handle = handlers[name as RouteName] as Handler<'list'>
      return answer(route, await handle(call as Call<'list'>))
    })
  }
  app.notFound((asked) => {
    countStranger(service, asked.env.incoming)
    throw new MseError('operator/no-route', 'there is no such path, or it does not take this method', {
      next: 'GET /v1/openapi.json lists them.',
    })
  })
  app.onError((error, { env }) => {
    const { status, body } = refuse(error)
    // What is still arriving of a request that was refused is not waited for.
    const rest: Record<string, string> = env.incoming.complete ? {} : { Connection: 'close' }
    return Response.json(body, { status, headers: { ...rest, ...common, ...retry(status) } })
  })
  return app
}

const common = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }

function retry(status: number): Record<string, string> {
  if (status === 401) return { 'WWW-Authenticate': 'Bearer' }
  return status === 429 ? { 'Retry-After': '1' } : {}
}

/** Who asks comes before what they ask, and that before what they send. */
async function judge(service: Service, route: Route, { req, env }: Asked): Promise<Partial<Call>> {
  const { incoming, outgoing } = env
  if (route.role === undefined) {
    countStranger(service, incoming)
    return { service }
  }
  const token = await authorise(service, incoming, route.role)
  const given = Object.entries(req.param()).map(([name, value]) => [
    name,
    checked(parameters[name] as v.GenericSchema<unknown, string>, value, `${name} of the path`),
  ])
  const query = checked(v.strictObject(route.query ?? {}), req.query(), 'the query') as Call['query']
  const named = query['owner']
  if (named !== undefined && named !== token.owner && token.role !== 'admin') {
    throw new MseError('operator/forbidden', 'only an admin can name another owner')
  }
  if (named !== undefined && !(await service.ownerNames()).includes(named)) {
    throw new MseError('operator/no-owner', 'there is no owner of that name', { found: named, next: 'GET /v1/owners' })
  }
  const owner = await service.owner(named ?? token.owner)
  const { body } = route
  const read = body === undefined || body === 'bytes' ? undefined : readJson(incoming, body, service.limits.json)
  const gone = new AbortController()
  outgoing.once('close', () => gone.abort())
  const signal = AbortSignal.any([gone.signal, service.signal])
  return {
    service,
    token,
    owner,
    query,
    body: (await read) as Call['body'],
    incoming,
    signal,
    ...Object.fromEntries(given),
  }
}

function answer({ status }: Route, { json, text }: Reply): Response {
  if (json !== undefined) return Response.json(json, { status, headers: common })
  if (text === undefined) return new Response(null, { status, headers: common })
  const body = Readable.toWeb(Readable.from(text, { objectMode: false })) as unknown as ReadableStream
  return new Response(body, { status, headers: { ...common, 'Content-Type': 'text/plain; charset=utf-8' } })
}
