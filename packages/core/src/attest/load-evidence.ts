import type { Evidence, EvidenceAbout } from '@mse/attest'
import { decodeEvidence } from '@mse/attest/evidence'
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { MseError } from '../error.ts'
import { findApp, type AppOnDisk } from '../state/app.ts'
import { endpointOf } from '../state/endpoint.ts'
import type { Folders } from '../state/paths.ts'
import type { Endpoint } from './channel.ts'
import type { Shown } from './collect.ts'

/** Evidence and where it came from. */
export interface FoundEvidence {
  readonly evidence: Evidence
  /** The live enclave, if it was asked. */
  readonly endpoint: Endpoint | undefined
  /** What the connection to it showed. */
  readonly shown: Shown | undefined
  /** `here`: an application of this machine; `elsewhere`: a URL or a file. */
  readonly origin: 'here' | 'elsewhere'
}

/** Evidence files are small (spec/4-evidence.md). */
const limit = 256 * 1024

/**
 * Evidence as people name it: an `https://` URL, a file (see `decodeEvidence`), or the name of an application here.
 *
 * @throws MseError `evidence/unreadable`, `evidence/other-kind`, `usage/url`, `state/no-such-app`, `serve/*`; AttestationError `evidence/malformed`
 */
export async function loadEvidence(folders: Folders, target: string, cwd: string): Promise<FoundEvidence> {
  if (target.includes('://')) {
    return collectFrom(endpointOfUrl(target), 'elsewhere')
  }
  const path = resolve(cwd, target)
  const file = await stat(path).catch(() => undefined)
  if (file?.isFile() === true) {
    if (file.size > limit) throw new MseError('evidence/unreadable', `${target} is too large to be evidence`)
    return {
      evidence: readEvidence(await readFile(path), target),
      endpoint: undefined,
      shown: undefined,
      origin: 'elsewhere',
    }
  }
  const { app } = await findNamed(folders, target)
  const { name, fingerprint, instance } = app
  return collectFrom(endpointOf(app), 'here', { name, fingerprint, instance })
}

/** @throws MseError `usage/url` for the name of a host, `state/no-such-app` */
async function findNamed(folders: Folders, target: string): Promise<AppOnDisk> {
  try {
    return await findApp(folders, target)
  } catch (error) {
    if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?$/i.test(target)) throw error
    throw new MseError(
      'usage/url',
      'there is no file and no application of this name; an enclave elsewhere has a URL',
      {
        expected: `https://${target}`,
        found: target,
        next: `mse verify https://${target} --policy policy.json`,
      },
    )
  }
}

/**
 * Reads a file of evidence; one of the other files that people hand to each other is recognised.
 *
 * @throws MseError `evidence/other-kind`
 */
function readEvidence(bytes: Uint8Array, name: string): Evidence {
  const kind = kindOf(bytes)
  if (kind === undefined || kind.startsWith('mse-evidence/')) return decodeEvidence(bytes)
  throw new MseError('evidence/other-kind', `${name} is no evidence`, {
    expected: 'mse-evidence/1, as mse evidence writes it',
    found: kind,
    next: kind.startsWith('mse-bundle-file/') ? `mse run NAME --bundle ${name}` : 'mse evidence NAME --output FILE',
  })
}

/** What a file of ours says that it is. */
function kindOf(bytes: Uint8Array): string | undefined {
  return /^\s*\{[^]*?"schema"\s*:\s*"(mse-[a-z-]+\/\d+)"/.exec(Buffer.from(bytes).toString('latin1'))?.[1]
}

/** TLS is loaded when somebody is to be asked: for a file it would double the time. */
async function collectFrom(
  endpoint: Endpoint,
  origin: FoundEvidence['origin'],
  about?: EvidenceAbout,
): Promise<FoundEvidence> {
  const { collect } = await import('./collect.ts')
  const { evidence, shown } = await collect(endpoint)
  return { evidence: about === undefined ? evidence : { ...evidence, about }, endpoint, shown, origin }
}

function endpointOfUrl(target: string): Endpoint {
  const url = URL.canParse(target) ? new URL(target) : undefined
  if (url?.protocol !== 'https:') {
    throw new MseError('usage/url', 'evidence is fetched over https only', { found: target })
  }
  const host = url.hostname.replaceAll(/^\[|\]$/g, '')
  return { host, port: Number(url.port || 443), serverName: host }
}
