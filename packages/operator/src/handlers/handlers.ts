import type { RouteName } from '../api/routes.ts'
import { about, openapi, owners, whoami } from './about.ts'
import { beginRenewal, change, evidence, list, remove, restart, status, stop } from './apps.ts'
import { blob, uploadBlob } from './blobs.ts'
import type { Handler } from './call.ts'
import { abandon, launch, renew, settle } from './launches.ts'
import { logs } from './logs.ts'
import { spawn } from './spawn.ts'

/** Who answers what the route table names. */
export const handlers: { readonly [R in RouteName]: Handler<R> } = {
  about,
  openapi,
  whoami,
  owners,
  blob,
  uploadBlob,
  list,
  status,
  change,
  remove,
  stop,
  restart,
  beginRenewal,
  spawn,
  logs,
  evidence,
  launch,
  renew,
  settle,
  abandon,
}
