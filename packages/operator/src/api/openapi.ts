import { toJsonSchema } from '@valibot/to-json-schema'
import type * as v from 'valibot'
import { parameters, routes, type Route } from './routes.ts'
import { refusal } from './shapes.ts'

type Json = Readonly<Record<string, unknown>>

/** The OpenAPI 3.1 document of the service: a function of the route table, and of nothing else. */
export function openApi(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const [name, route] of Object.entries<Route>(routes)) {
    const operations = (paths[route.path] ??= {})
    operations[route.method.toLowerCase()] = operation(name, route)
  }
  return {
    openapi: '3.1.0',
    info: { title: 'mse operator', version, summary: 'Applications of many owners on the machine of an operator' },
    security: [{ token: [] }],
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    paths,
  }
}

function operation(operationId: string, route: Route): Json {
  const { summary, role, body, status, answer, query = {}, refusals = [] } = route
  const named = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string)
  return {
    operationId,
    summary: role === undefined ? summary : `${summary} (role ${role})`,
    ...(role === undefined ? { security: [] } : {}),
    parameters: [
      ...named.map((name) => parameter('path', name, parameters[name] as v.GenericSchema)),
      ...Object.entries(query).map(([name, schema]) => parameter('query', name, schema as v.GenericSchema)),
    ],
    ...(body === undefined ? {} : { requestBody: { required: true, content: content(body) } }),
    responses: {
      [status]: { description: 'done', ...(answer === undefined ? {} : { content: content(answer) }) },
      default: {
        description: ['refused', ...(refusals.length === 0 ? [] : [`also with ${refusals.join(', ')}`])].join('; '),
        content: content(refusal),
      },
    },
  }
}

function parameter(where: 'path' | 'query', name: string, schema: v.GenericSchema): Json {
  return { in: where, name, required: where === 'path', schema: jsonSchema(schema) }
}

function content(what: v.GenericSchema | 'bytes' | 'text'): Json {
  if (what === 'bytes') return { 'application/octet-stream': {} }
  if (what === 'text') return { 'text/plain': {} }
  return { 'application/json': { schema: jsonSchema(what) } }
}

function jsonSchema(schema: v.GenericSchema): Json {
  // Draft 2020-12 is what OpenAPI 3.1 speaks. Patterns with flags lose the flags.
  const { $schema: _, ...rest } = toJsonSchema(schema, { target: 'draft-2020-12', errorMode: 'ignore' }) as Json
  return rest
}
