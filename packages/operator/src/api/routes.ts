import * as v from 'valibot'
import type { Role } from './role.ts'
import * as shapes from './shapes.ts'

type Shape = v.GenericSchema

/** One thing that can be asked of an operator service. The server, its OpenAPI document and the client's checks are made from it. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** With `{name}` for what varies: see {@link parameters}. */
  readonly path: string
  readonly summary: string
  /** Who may; undefined: anybody. */
  readonly role: Role | undefined
  readonly query?: v.ObjectEntries
  /** JSON of that shape, or bytes as a stream. */
  readonly body?: Shape | 'bytes'
  readonly status: number
  /** JSON of that shape, or text as a stream. */
  readonly answer?: Shape | 'text'
  /** Codes that it refuses with, beside those that every route has. */
  readonly refusals?: readonly string[]
}

/** What varies in paths. */
export const parameters: Readonly<Record<string, Shape>> = {
  name: shapes.appName,
  digest: shapes.digest,
  instance: shapes.instance,
}

const flag = v.optional(v.picklist(['true', 'false']))
/** An admin can name another owner. */
const owner = { owner: v.optional(shapes.ownerName) }
const busy = ['state/busy']

export const routes = {
  about: {
    method: 'GET',
    path: '/v1',
    summary: 'what this service is, and what it launches',
    role: undefined,
    status: 200,
    answer: shapes.about,
  },
  openapi: {
    method: 'GET',
    path: '/v1/openapi.json',
    summary: 'this document',
    role: undefined,
    status: 200,
    answer: v.looseObject({ openapi: v.string() }),
  },
  whoami: {
    method: 'GET',
    path: '/v1/whoami',
    summary: 'whose token this is, what it is good for, and what its owner uses',
    role: 'view',
    status: 200,
    answer: shapes.whoami,
  },
  owners: {
    method: 'GET',
    path: '/v1/owners',
    summary: 'every owner and what they use',
    role: 'admin',
    status: 200,
    answer: shapes.ownerList,
  },
  blob: {
    method: 'GET',
    path: '/v1/blobs/{digest}',
    summary: 'how much of a blob is there',
    role: 'deploy',
    status: 200,
    answer: shapes.blobState,
  },
  uploadBlob: {
    method: 'PATCH',
    path: '/v1/blobs/{digest}',
    summary:
      'bytes of a blob from `Upload-Offset` on; `Upload-Length` is the size of the whole. With the last byte the digest is compared',
    role: 'deploy',
    body: 'bytes',
    status: 200,
    answer: shapes.blobState,
    refusals: ['operator/offset', 'operator/digest', 'operator/quota', 'operator/busy'],
  },
  list: {
    method: 'GET',
    path: '/v1/apps',
    summary: 'the applications of the owner',
    role: 'view',
    query: owner,
    status: 200,
    answer: shapes.appList,
  },
  status: {
    method: 'GET',
    path: '/v1/apps/{name}',
    summary: 'what an application is doing',
    role: 'view',
    query: owner,
    status: 200,
    answer: shapes.appDetails,
    refusals: ['state/no-such-app'],
  },
  change: {
    method: 'PATCH',
    path: '/v1/apps/{name}',
    summary: 'changes when an application ends by itself',
    role: 'deploy',
    body: shapes.changeRequest,
    status: 200,
    answer: shapes.appView,
    refusals: ['state/no-such-app', 'launch/expires', ...busy],
  },
  remove: {
    method: 'DELETE',
    path: '/v1/apps/{name}',
    summary: 'stops an application and deletes its log and its record, too',
    role: 'deploy',
    query: owner,
    status: 200,
    answer: shapes.stopped,
    refusals: ['state/no-such-app', ...busy],
  },
  stop: {
    method: 'POST',
    path: '/v1/apps/{name}/stop',
    summary: 'stops an application and deletes what it stored; its log stays',
    role: 'deploy',
    query: owner,
    status: 200,
    answer: shapes.stopped,
    refusals: ['state/no-such-app', ...busy],
  },
  restart: {
    method: 'POST',
    path: '/v1/apps/{name}/restart',
    summary: 'ends an application and starts it again, with what it stored',
    role: 'deploy',
    query: owner,
    status: 200,
    answer: shapes.restarted,
    refusals: ['state/no-such-app', 'state/nothing-kept', 'state/expired', ...busy],
  },
  beginRenewal: {
    method: 'POST',
    path: '/v1/apps/{name}/renewal',
    summary:
      'starts an application again, with what it stored, to make the key and certificate that are to come; its owner has them exchanged',
    role: 'deploy',
    body: shapes.renewalRequest,
    status: 200,
    answer: shapes.appView,
    refusals: ['state/no-such-app', 'renewal/reprovision', 'renewal/not-begun', ...busy],
  },
  logs: {
    method: 'GET',
    path: '/v1/apps/{name}/logs',
    summary: 'what an application has printed; with `follow`, also what it prints from now on',
    role: 'view',
    query: {
      ...owner,
      lines: v.optional(v.pipe(v.string(), v.regex(/^\d{1,7}$/))),
      follow: flag,
      failed: flag,
    },
    status: 200,
    answer: 'text',
    refusals: ['state/no-such-app', 'serve/no-log', 'operator/busy'],
  },
  evidence: {
    method: 'GET',
    path: '/v1/apps/{name}/evidence',
    summary: 'the evidence of an enclave, as this machine sees it; proves nothing until it is verified (spec 4)',
    role: 'view',
    query: owner,
    status: 200,
    answer: v.looseObject({}),
    refusals: ['state/no-such-app', 'serve/unreachable'],
  },
  launch: {
    method: 'POST',
    path: '/v1/apps/{name}/launches',
    summary: 'starts a package beside what runs under the name, for its owner to verify and provision',
    role: 'deploy',
    body: shapes.launchRequest,
    status: 201,
    answer: shapes.launchView,
    refusals: [
      'operator/no-blob',
      'operator/other-app',
      'operator/no-name',
      'operator/quota',
      'operator/ports',
      'image/layout',
      ...busy,
    ],
  },
  spawn: {
    method: 'POST',
    path: '/v1/apps/{name}/spawn',
    summary:
      'starts a package in the place of what runs under the name, to wait for its owner; answers before it is started, and nobody has to decide on it',
    role: 'deploy',
    body: shapes.launchRequest,
    status: 202,
    answer: shapes.appView,
    refusals: [
      'operator/no-blob',
      'operator/other-app',
      'operator/no-name',
      'operator/quota',
      'operator/ports',
      'image/layout',
      ...busy,
    ],
  },
  renew: {
    method: 'POST',
    path: '/v1/apps/{name}/launches/{instance}/renew',
    summary: 'what a launch is doing that waits to be decided on; one that nobody asks about for 30 s is ended',
    role: 'deploy',
    status: 200,
    answer: shapes.launchState,
    refusals: ['operator/no-launch'],
  },
  settle: {
    method: 'POST',
    path: '/v1/apps/{name}/launches/{instance}/settle',
    summary: 'makes a launch the application: it takes over the port, and what ran before goes',
    role: 'deploy',
    status: 200,
    answer: shapes.appView,
    refusals: ['operator/no-launch'],
  },
  abandon: {
    method: 'POST',
    path: '/v1/apps/{name}/launches/{instance}/abandon',
    summary: 'ends a launch that was not settled; what ran before serves on',
    role: 'deploy',
    body: shapes.abandonRequest,
    status: 204,
    refusals: ['operator/no-launch'],
  },
} as const satisfies Readonly<Record<string, Route>>

export type RouteName = keyof typeof routes
