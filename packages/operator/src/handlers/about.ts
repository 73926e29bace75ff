import { openApi } from '../api/openapi.ts'
import type { About, WhoAmI } from '../api/shapes.ts'
import { ownerDomain } from '../names/app-host.ts'
import type { Handler } from './call.ts'

export const about: Handler<'about'> = async ({ service }) => {
  const { version, settings, platforms } = service
  const json: About = { schema: 'mse-operator/1', version, platforms: [...platforms], host: settings.host ?? null }
  return { json }
}

export const openapi: Handler<'openapi'> = async ({ service }) => ({ json: openApi(service.version) })

export const whoami: Handler<'whoami'> = async ({ service, token, owner }) => {
  const { id, role, expires, quota } = token
  const domain = ownerDomain(service.settings, token.owner) ?? null
  const json: WhoAmI = { owner: token.owner, role, token: id, expires, quota, used: await owner.used(), domain }
  return { json }
}

export const owners: Handler<'owners'> = async ({ service }) => {
  const names = await service.ownerNames()
  const list = names.map(async (name) => ({ owner: name, used: await (await service.owner(name)).used() }))
  return { json: { owners: await Promise.all(list) } }
}
