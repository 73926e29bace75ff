import { X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { valueAt } from './check-keys.ts'
import type { Positions } from './positions.ts'
import { problem, type Problem } from './problem.ts'
import type { Project, TlsSettings } from './project.ts'
import type { Table } from './read-toml.ts'
import type { SecretsWanted } from './resolve-files.ts'

export interface ResolvedTls {
  readonly tls: TlsSettings
  readonly clientCa: Project['clientCa']
  readonly problems: readonly Problem[]
  readonly warnings: readonly string[]
}

/** Certificates of authorities are measured: a few are many. */
const authoritiesLimit = 64 * 1024

/** What `mse.toml` says of certificates, and what is wrong with it. `[cloud.ssl]` of the original system is an imported key. */
export async function resolveTls(
  table: Table,
  positions: Positions,
  file: string,
  secrets: SecretsWanted,
): Promise<ResolvedTls> {
  const problems: Problem[] = []
  const warnings: string[] = []
  const complain = (code: string, message: string, key: string, more: Parameters<typeof problem>[3]): void => {
    const at = code === 'project/missing-key' ? positions.key(key.split('.')) : positions.value(key.split('.'))
    problems.push(problem(code, message, { file, ...at }, more))
  }
  const given = (name: string): { key: string; value: string } | undefined => {
    const found = [name, `cloud.ssl.${name}`].map((key) => ({ key, value: valueAt(table, key) }))
    return found.find((one): one is { key: string; value: string } => typeof one.value === 'string')
  }
  const fileOf = async (name: string): Promise<string | undefined> => {
    const found = given(name)
    if (found === undefined) return undefined
    const path = resolve(dirname(file), found.value)
    if ((await stat(path).catch(() => undefined))?.isFile() === true) return path
    if (secrets !== 'whole' && name !== 'client_ca') return undefined // not measured
    complain('project/no-such-file', `the file of ${name} does not exist: ${path}`, found.key, {
      next: `make it, or remove the key ${found.key}`,
    })
    return undefined
  }

  const original = valueAt(table, 'cloud.ssl') !== undefined
  const mode = (given('tls')?.value ?? (original ? 'imported' : 'enclave')) as TlsSettings['mode']
  for (const name of ['certificate', 'private_key'] as const) {
    const found = given(name)
    if ((found !== undefined) === (mode === 'imported')) continue
    if (found === undefined) {
      complain('project/missing-key', `tls = "imported" needs the key ${name}`, original ? 'cloud.ssl' : 'tls', {
        next: `add ${name} = "${name === 'certificate' ? 'fullchain' : 'key'}.pem"`,
      })
    } else {
      complain('project/bad-value', `${name} goes with tls = "imported"`, found.key, {
        expected: `tls = "imported", or no ${name}`,
        found: `tls = "${mode}"`,
        ...(name === 'certificate' && mode === 'request'
          ? { next: 'remove it; the chain is made for a key that does not exist yet: mse run --certificate FILE' }
          : {}),
      })
    }
  }
  const certificateFile = await fileOf('certificate')
  const privateKeyFile = await fileOf('private_key')
  if (privateKeyFile !== undefined && ((await stat(privateKeyFile)).mode & 0o044) !== 0) {
    warnings.push(`${privateKeyFile} can be read by other users of this machine: chmod 600 ${privateKeyFile}`)
  }
  const clientCaFile = await fileOf('client_ca')
  const clientCa = clientCaFile === undefined ? undefined : readAuthorities(await readFile(clientCaFile, 'latin1'))
  if (typeof clientCa === 'object') {
    complain('project/bad-value', `client_ca: ${clientCa.message}`, 'client_ca', {
      expected: 'certificates of authorities in PEM, each signed by itself, at most 64 KiB',
      found: clientCaFile ?? '',
    })
  }
  const domain = given('domain_name')?.value
  const tls = { mode, certificateFile, privateKeyFile, domain }
  return { tls, clientCa: typeof clientCa === 'string' ? clientCa : undefined, problems, warnings }
}

/** The certificates alone, in one spelling: what stands between them is not measured. */
function readAuthorities(text: string): string | Error {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0) return new Error('there is no certificate in it')
  if (/ KEY-----/.test(text)) return new Error('there is a key in it, which nobody else should have')
  try {
    const certificates = blocks.map((block) => new X509Certificate(block))
    const wrong = certificates.find((one) => !one.ca || !one.checkIssued(one))
    if (wrong !== undefined) return new Error(`not of an authority: ${wrong.subject}`)
    const pem = certificates.map((one) => one.toString()).join('')
    return pem.length <= authoritiesLimit ? pem : new Error('it is too long')
  } catch {
    return new Error('a certificate in it is damaged')
  }
}
