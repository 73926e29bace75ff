import { certificateToPem } from '@mse/attest'
import { encodeEvidence } from '@mse/attest/evidence'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchFolder, makeCurrent, writeApp } from '../state/app.ts'
import { appFolder, folders as foldersOf } from '../state/paths.ts'
import { exampleApp } from '../testing/example-app.ts'
import { answer, startEnclave, type MakeBelieveEnclave } from '../testing/make-believe-enclave.ts'
import { refusal } from '../testing/refuses.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { loadEvidence, type FoundEvidence } from './load-evidence.ts'

const folder = temporaryFolder()
const load = (target: string): Promise<FoundEvidence> => loadEvidence(foldersOf({ HOME: folder() }), target, folder())
let enclave: MakeBelieveEnclave
beforeAll(async () => {
  enclave = await startEnclave(answer(200, ''))
})
afterAll(async () => enclave.stop())

it('from a URL, whatever its path', async () => {
  const { host, port } = enclave.endpoint
  expect(await load(`https://${host}:${port}/login?next=x`)).toEqual({
    evidence: enclave.evidence,
    endpoint: { host, port, serverName: host },
    shown: { key: Buffer.from(enclave.verified.tlsKey), proves: 'certificate' },
    origin: 'elsewhere',
  })
})

it.each(['http://localhost/', 'file:///etc/passwd', 'https://', 'HTTPS://:443', 'data://x'])(
  'not from %s',
  async (url) => {
    await expect(load(url)).rejects.toThrow(refusal('usage/url'))
  },
)

it.each<[string, () => Uint8Array | string]>([
  ['evidence', () => encodeEvidence(enclave.evidence)],
  ['PEM', () => certificateToPem(enclave.evidence.certificate)],
  ['DER', () => enclave.evidence.certificate],
])('from a file of %s', async (_, content) => {
  writeFileSync(join(folder(), 'file'), content())
  const found = await load('file')
  expect(found).toMatchObject({ endpoint: undefined, origin: 'elsewhere' })
  expect(found.evidence).toEqual(enclave.evidence)
})

it('a file that is something else', async () => {
  writeFileSync(join(folder(), 'file'), 'hello')
  await expect(load('file')).rejects.toThrow(refusal('evidence/malformed'))
})

it('a file that is too large to be evidence', async () => {
  writeFileSync(join(folder(), 'file'), Buffer.alloc(256 * 1024 + 1))
  await expect(load('file')).rejects.toThrow(refusal('evidence/unreadable'))
})

it('from an application of this machine, though a folder has its name', async () => {
  const { port } = enclave.endpoint
  mkdirSync(join(folder(), 'hello'))
  const app = exampleApp({ port })
  const launch = launchFolder(appFolder(foldersOf({ HOME: folder() }), 'hello'), app.instance)
  await writeApp(launch, app)
  await makeCurrent(launch)
  expect(await load('hello')).toMatchObject({ evidence: enclave.evidence, origin: 'here' })
})

it('a name that nothing has', async () => {
  await expect(load('hello')).rejects.toThrow(refusal('state/no-such-app'))
})
