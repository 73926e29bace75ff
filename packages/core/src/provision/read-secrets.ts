import { readFile } from 'node:fs/promises'
import { MseError } from '../error.ts'
import type { Project } from '../project/project.ts'
import type { Secrets } from './bundle.ts'
import { ownCertificate, type Obtain } from './own-certificate.ts'

/** Reads the two files of secrets that a project names, and checks that each holds JSON; and what it says of its certificate. */
export async function readSecrets(
  project: Pick<Project, 'secretsFile' | 'secretsToSealFile' | 'tls'>,
  now: Date,
  obtain?: Obtain,
): Promise<Secrets> {
  return {
    secrets: await readJsonFile(project.secretsFile),
    sealed: await readJsonFile(project.secretsToSealFile),
    certificate: await ownCertificate(project.tls, now, obtain),
  }
}

/** The bytes of a file that holds JSON; what it says never enters an error. */
export async function readJsonFile(path: string | undefined): Promise<Uint8Array | undefined> {
  if (path === undefined) return undefined
  const content = await readFile(path).catch((cause: unknown) => {
    throw new MseError('project/secrets-unreadable', `${path} cannot be read`, { cause })
  })
  return checkJson(content, path)
}

/** The content, if it is JSON; `name` says where it comes from. */
export function checkJson(content: Uint8Array, name: string): Uint8Array {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content))
  } catch {
    throw new MseError('project/secrets-not-json', `${name} does not hold JSON`, {
      next: `python3 -m json.tool < ${name} > /dev/null`,
    })
  }
  return content
}
