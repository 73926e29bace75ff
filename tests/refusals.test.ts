import { createPlatform, loadPlatform, makeEnclave, type SavedPlatform } from '@mse/attest/testing'
import {
  certificateToPem,
  formatPolicy,
  parsePolicy,
  type CertificateEvidence,
  strictSgxPolicy,
  type SgxPolicy,
  type SoftwarePolicy,
} from '@mse/attest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Person, read, type Deployed } from './support/mse.ts'
import { plainApp, writeProject } from './support/project.ts'
import { unpack } from './support/unpack.ts'

/** Whatever is not what was asked for is refused with exit code 3 and a code of its own, and nothing of it runs on. */
const owner = new Person()
let project: string
let packaged: string
let deployed: Deployed
let policy: SoftwarePolicy

beforeAll(async () => {
  const files = { 'secrets.json': '{"login": "x"}', 'secrets_to_seal.json': '{"key": "y"}' }
  project = writeProject(owner.home, { name: 'target', toml: 'storage = "64m"\n', app: plainApp, files })
  packaged = join(owner.home, 'target.pkg')
  const layout = join(owner.home, 'target.layout')
  expect((await owner.mse('package', project, '--output', layout)).code).toBe(0)
  await unpack(layout, packaged)
  const { data, error } = await owner.json<Deployed>('deploy', project)
  expect(error).toBeNull()
  deployed = data
  policy = parsePolicy(read(deployed.folder, 'policy.json')) as SoftwarePolicy
})
afterAll(() => owner.leave())

/** Writes a policy that differs from the right one, and verifies the running application under it. */
async function verifyUnder(
  change: Partial<SoftwarePolicy> | SgxPolicy,
): Promise<{ exit: number | null; code: string | undefined }> {
  return outcome(await owner.json('verify', deployed.url, '--policy', policyFile(change)))
}

function policyFile(change: Partial<SoftwarePolicy> | SgxPolicy): string {
  const file = join(owner.home, 'changed-policy.json')
  writeFileSync(file, formatPolicy(change.platform === 'sgx' ? change : { ...policy, ...change }))
  return file
}

function outcome({ code, error }: { code: number | null; error: null | { code: string } }): {
  exit: number | null
  code: string | undefined
} {
  return { exit: code, code: error?.code }
}

describe('a policy that asks for something else', () => {
  it.each<[string, Partial<SoftwarePolicy> | SgxPolicy, string]>([
    ['another platform than software', strictSgxPolicy({ measurement: 'any', signer: 'any' }), 'policy/platform'],
    ['another fingerprint', { measurement: ['00'.repeat(32)] }, 'policy/measurement'],
    ['another owner', { signer: ['00'.repeat(32)] }, 'policy/signer'],
    ['another software root', { softwareRoots: ['00'.repeat(32)] }, 'chain/root'],
    ['no software root at all', { softwareRoots: [] }, 'chain/root'],
  ])('refuses an enclave of %s', async (_, change, code) => {
    expect(await verifyUnder(change)).toEqual({ exit: 3, code })
  })

  it('refuses a policy that names no platform', async () => {
    const file = join(owner.home, 'no-platform.json')
    const { platform: _, ...rest } = JSON.parse(read(deployed.folder, 'policy.json')) as Record<string, unknown>
    writeFileSync(file, JSON.stringify(rest))
    expect(outcome(await owner.json('verify', deployed.url, '--policy', file))).toEqual({
      exit: 3,
      code: 'policy/platform',
    })
  })

  it('refuses a deploy under it, and leaves nothing of it running', async () => {
    const other = writeProject(owner.home, { name: 'refused', toml: 'storage = "64m"\n', app: plainApp })
    const file = policyFile(strictSgxPolicy({ measurement: 'any', signer: 'any' }))
    expect(outcome(await owner.json('deploy', other, '--policy', file))).toEqual({ exit: 3, code: 'policy/platform' })
    const { data } = await owner.json<{ state: string }>('status', 'refused')
    expect(data.state).toBe('failed')
  })

  it('without a policy the facts are shown, and the exit code is 2', async () => {
    expect(outcome(await owner.json('verify', deployed.url))).toEqual({ exit: 2, code: 'policy/required' })
  })
})

describe('a package that is not as its owner signed it', () => {
  const files = (): string[] =>
    (JSON.parse(read(packaged, 'index.json')) as { files: { path: string }[] }).files.map(({ path }) => path)

  async function spawnTampered(tamper: (folder: string) => void): Promise<ReturnType<typeof outcome>> {
    const folder = join(owner.home, `tampered-${Math.random().toString(16).slice(2)}`)
    cpSync(packaged, folder, { recursive: true })
    tamper(folder)
    const operator = new Person()
    const result = outcome(await operator.json('spawn', '--package', folder))
    const { data } = await operator.json<{ apps: { state: string }[] }>('list')
    expect(data.apps.filter((app) => app.state !== 'failed')).toEqual([])
    await operator.leave()
    return result
  }

  const flip = (path: string): void => {
    const bytes = readFileSync(path)
    const at = Math.floor(bytes.length / 2)
    bytes[at] = (bytes[at] as number) ^ 1
    writeFileSync(path, bytes)
  }

  it.each([
    ['a file of the code', (path: string) => path.startsWith('code/')],
    ['a file of the launcher', (path: string) => path.startsWith('launcher/')],
    ['a dependency', (path: string) => path.startsWith('site-packages/') && !path.endsWith('py.typed')],
    ['the lock', (path: string) => path === 'requirements.lock'],
  ])('refuses one changed byte in %s', async (_, chosen) => {
    const path = files().find(chosen) as string
    expect(await spawnTampered((folder) => flip(join(folder, path)))).toEqual({ exit: 3, code: 'package/file-changed' })
  })

  it('refuses one changed byte in index.json', async () => {
    const result = await spawnTampered((folder) => flip(join(folder, 'index.json')))
    expect(result.exit).toBe(3)
    expect(['package/index', 'package/signature']).toContain(result.code)
  })

  it('refuses one changed byte in the signature', async () => {
    expect(await spawnTampered((folder) => flip(join(folder, 'signature.json')))).toEqual({
      exit: 3,
      code: 'package/signature',
    })
  })

  it('refuses an index that another owner has signed', async () => {
    const mallory = new Person()
    const theirs = join(mallory.home, 'theirs.pkg')
    expect((await mallory.mse('package', project, '--output', join(mallory.home, 'layout'))).code).toBe(0)
    await unpack(join(mallory.home, 'layout'), theirs)
    const result = await spawnTampered((folder) =>
      cpSync(join(theirs, 'signature.json'), join(folder, 'signature.json')),
    )
    expect(result).toEqual({ exit: 3, code: 'package/signature' })
    await mallory.leave()
  })

  it('refuses a file that is missing, and one that was added', async () => {
    const path = files().find((one) => one.startsWith('site-packages/')) as string
    expect(await spawnTampered((folder) => rmSync(join(folder, path)))).toEqual({
      exit: 3,
      code: 'package/file-missing',
    })
    const added = await spawnTampered((folder) => writeFileSync(join(folder, 'site-packages/sitecustomize.py'), ''))
    expect(added).toEqual({ exit: 3, code: 'package/file-added' })
  })
})

describe('somebody else', () => {
  it('cannot run a package of another owner', async () => {
    const operator = new Person()
    expect((await operator.mse('spawn', '--package', packaged)).code).toBe(0)
    expect(outcome(await operator.json('run', '--project', project))).toEqual({ exit: 3, code: 'owner/not-yours' })
    const { data } = await operator.json<{ state: string }>('status', 'target')
    expect(data.state).toBe('waiting')
    await operator.leave()
  })
})

describe('forged evidence', () => {
  const now = new Date()

  function evidenceFile(name: string, { certificate }: CertificateEvidence): string {
    const file = join(owner.home, name)
    writeFileSync(file, certificateToPem(certificate))
    return file
  }

  it('refuses a debug enclave, even one of the right root and measurement', async () => {
    const saved = JSON.parse(read(owner.state, 'software-platform.json')) as { platform: SavedPlatform }
    const platform = await loadPlatform(saved.platform)
    const { evidence } = await makeEnclave(platform, {
      now,
      measurement: measured(),
      report: { signer: signed(), debug: true },
    })
    const file = evidenceFile('debug.pem', evidence)
    expect(outcome(await owner.json('verify', file, '--policy', policyFile({})))).toEqual({
      exit: 3,
      code: 'policy/debug',
    })
  })

  it('refuses a platform that somebody else has made', async () => {
    const platform = await createPlatform({ now })
    const { evidence } = await makeEnclave(platform, { now, measurement: measured(), report: { signer: signed() } })
    const file = evidenceFile('foreign.pem', evidence)
    expect(outcome(await owner.json('verify', file, '--policy', policyFile({})))).toEqual({
      exit: 3,
      code: 'chain/root',
    })
  })

  const measured = (): Uint8Array =>
    Uint8Array.from(Buffer.from((policy.measurement as readonly string[])[0] as string, 'hex'))
  const signed = (): Uint8Array =>
    Uint8Array.from(Buffer.from((policy.signer as readonly string[])[0] as string, 'hex'))
})

describe('after all of that', () => {
  it('the application that was deployed first serves on', async () => {
    expect((await owner.json('verify', deployed.url, '--policy', policyFile({}))).ok).toBe(true)
    expect(readdirSync(join(owner.state, 'staging'))).toEqual([])
  })
})
