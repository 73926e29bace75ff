import { describe, expect, it } from 'vitest'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { openApi } from './openapi.ts'
import { routes, type Route } from './routes.ts'

interface Operation {
  readonly operationId: string
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[]
  readonly security?: readonly unknown[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: object }>> }
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: object }>> }>
  >
}

const paths = openApi('1.2.3')['paths'] as Readonly<Record<string, Readonly<Record<string, Operation>>>>
const operation = ({ path, method }: Route): Operation => paths[path]?.[method.toLowerCase()] as Operation

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true })
addFormats.default(ajv)

describe.each(Object.entries<Route>(routes))('the document says of %s', (name, route) => {
  it('its name, its path, and every part of the path', () => {
    expect(operation(route).operationId).toBe(name)
    const named = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, part]) => part)
    const inPath = operation(route).parameters.filter((one) => one.in === 'path')
    expect(inPath.map((one) => one.name)).toEqual(named)
    expect(inPath.every((one) => one.required)).toBe(true)
  })

  it('whether a token is needed', () => {
    expect(operation(route).security).toEqual(route.role === undefined ? [] : undefined)
  })

  it('schemas that other programs can use', () => {
    const bodies = [operation(route).requestBody, ...Object.values(operation(route).responses)]
    for (const schema of bodies.flatMap((one) => Object.values(one?.content ?? {})).map((one) => one.schema)) {
      if (schema !== undefined) expect(() => ajv.compile(schema)).not.toThrow()
    }
  })
})

it('the schema of a launch refuses what the service refuses', () => {
  const schema = operation(routes.launch).requestBody?.content['application/json']?.schema as object
  const good = { image: `sha256:${'a'.repeat(64)}`, platform: 'software', names: [], expires: null }
  const validate = ajv.compile(schema)
  expect(validate(good)).toBe(true)
  for (const change of [
    { image: 'latest' },
    { platform: 'auto' },
    { names: ['a b'] },
    { address: '0.0.0.0' },
    { expires: 'soon' },
  ]) {
    expect(validate({ ...good, ...change }), JSON.stringify(change)).toBe(false)
  }
})
