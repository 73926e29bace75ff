import { certificateToPem } from '@mse/attest'
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { currentPath, type AppOnDisk } from '../state/app.ts'
import { exampleApp } from '../testing/example-app.ts'
import { exampleSession } from '../testing/example-session.ts'
import { answer, startEnclave, type MakeBelieveEnclave } from '../testing/make-believe-enclave.ts'
import { refusal } from '../testing/refuses.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { verifyApp } from './verify-app.ts'

const home = temporaryFolder()
let enclave: MakeBelieveEnclave
let onDisk: AppOnDisk
beforeAll(async () => {
  enclave = await startEnclave(answer(200, ''))
})
beforeEach(() => {
  onDisk = { folder: join(home(), 'app'), app: exampleApp({ port: enclave.endpoint.port }) }
  mkdirSync(onDisk.folder)
})
afterAll(async () => enclave.stop())
const certificate = (): string => join(onDisk.folder, 'certificate.pem')

it('leaves the verified certificate for other programs to read', async () => {
  const proof = await verifyApp(exampleSession(home()), onDisk, enclave.policy)
  expect(proof.certificateFile).toBe(join(currentPath(onDisk.folder), 'certificate.pem'))
  expect(readFileSync(certificate(), 'utf8')).toBe(certificateToPem(enclave.evidence.certificate))
  expect(statSync(certificate()).mode & 0o777).toBe(0o644)
  expect(Buffer.from(proof.verdict.enclave.tlsKey).equals(enclave.verified.tlsKey)).toBe(true)
})

it('an enclave of other code: nothing is left to be trusted', async () => {
  const policy = { ...enclave.policy, measurement: ['cd'.repeat(32)] }
  await expect(verifyApp(exampleSession(home()), onDisk, policy)).rejects.toThrow(refusal('policy/measurement'))
  expect(existsSync(certificate())).toBe(false)
})

it('every further policy has to agree as well', async () => {
  const further = [enclave.policy, { ...enclave.policy, signer: ['ee'.repeat(32)] }]
  const proof = verifyApp(exampleSession(home()), onDisk, enclave.policy, further)
  await expect(proof).rejects.toThrow(refusal('policy/signer'))
  expect(existsSync(certificate())).toBe(false)
})

it('a certificate that has lapsed', async () => {
  const later = new Date(Date.now() + 31 * 86_400_000)
  const proof = verifyApp(exampleSession(home(), { now: () => later }), onDisk, enclave.policy)
  await expect(proof).rejects.toThrow(refusal('certificate/validity'))
})
