import type { Evidence } from '@mse/attest'
import { decodeEvidence } from '@mse/attest/evidence'
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { MseError } from '../error.ts'
import { findApp } from '../state/app.ts'
import { endpointOf } from '../state/endpoint.ts'
import type { Folders } from '../state/paths.ts'
import type { Endpoint } from './channel.ts'

/** Evidence and where it came from. */
export interface FoundEvidence {
  readonly evidence: Evidence
  /** The live enclave, if it was asked. */
  readonly endpoint: Endpoint | undefined
  /** `here`: an application of this machine; `elsewhere`: a URL or a file. */
  readonly origin: 'here' | 'elsewhere'
}

/** Evidence files are small (spec/4-evidence.md). */
const limit = 256 * 1024

/**
 * Evidence as people name it: an `https://` URL, a file (see `decodeEvidence`), or the name of an application here.
 *
 * @throws MseError `evidence/unreadable`, `usage/url`, `state/no-such-app`, `serve/*`; AttestationError `evidence/malformed`
 */
export async function loadEvidence(folders: Folders, target: string, cwd: string): Promise<FoundEvidence> {
  if (target.includes('://')) {
    return collectFrom(endpointOfUrl(target), 'elsewhere')
  }
  const path = resolve(cwd, target)
  const file = await stat(path).catch(() => undefined)
  if (file?.isFile() === true) {
    if (file.size > limit) throw new MseError('evidence/unreadable', `${target} is too large to be evidence`)
    return { evidence: decodeEvidence(await readFile(path)), endpoint: undefined, origin: 'elsewhere' }
  }
  const { app } = await findApp(folders, target)
  return collectFrom(endpointOf(app), 'here')
}

/** TLS is loaded when somebody is to be asked: for a file it would double the time. */
async function collectFrom(endpoint: Endpoint, origin: FoundEvidence['origin']): Promise<FoundEvidence> {
  const { collectEvidence } = await import('./collect.ts')
  return { evidence: await collectEvidence(endpoint), endpoint, origin }
}

function endpointOfUrl(target: string): Endpoint {
  const url = URL.canParse(target) ? new URL(target) : undefined
  if (url?.protocol !== 'https:') {
    throw new MseError('usage/url', 'evidence is fetched over https only', { found: target })
  }
  const host = url.hostname.replaceAll(/^\[|\]$/g, '')
  return { host, port: Number(url.port || 443), serverName: host }
}
