import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { refusal } from '../testing/refuses.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { writePackage } from '../testing/write-package.ts'
import { payloadTypes, signEnvelope } from './dsse.ts'
import { openPackage } from './open.ts'

const folder = temporaryFolder()
const change = (name: string, edit: (text: string) => string): void => {
  writeFileSync(join(folder(), name), edit(readFileSync(join(folder(), name), 'utf8')))
}

it('opens what its owner signed', async () => {
  const { index, indexBytes } = await writePackage(folder(), { 'code/a.py.age': 'a' })
  expect(await openPackage(folder())).toEqual({ directory: folder(), index, indexBytes })
})

it('an index changed after it was signed', async () => {
  await writePackage(folder(), { 'code/a.py.age': 'a' })
  change('index.json', (text) => text.replace('"threads":10', '"threads":11'))
  await expect(openPackage(folder())).rejects.toThrow(refusal('package/signature'))
})

it("an index of the same owner's other package", async () => {
  const { owner } = await writePackage(folder(), { 'code/a.py.age': 'a' })
  const other = readFileSync(join(folder(), 'index.json'), 'utf8').replace('"threads":10', '"threads":11')
  writeFileSync(join(folder(), 'signature.json'), signEnvelope(payloadTypes.index, Buffer.from(other), owner))
  await expect(openPackage(folder())).rejects.toThrow(refusal('package/signature'))
})

it('signed by somebody else than the owner that it names', async () => {
  const { indexBytes } = await writePackage(folder(), { 'code/a.py.age': 'a' })
  const stranger = generateKeyPairSync('ed25519').privateKey
  writeFileSync(join(folder(), 'signature.json'), signEnvelope(payloadTypes.index, indexBytes, stranger))
  await expect(openPackage(folder())).rejects.toThrow(refusal('package/signature'))
})

it('an index signed as a bundle', async () => {
  const { indexBytes, owner } = await writePackage(folder(), { 'code/a.py.age': 'a' })
  writeFileSync(join(folder(), 'signature.json'), signEnvelope(payloadTypes.bundle, indexBytes, owner))
  await expect(openPackage(folder())).rejects.toThrow(refusal('package/signature'))
})

it('an index that is not canonical', async () => {
  await writePackage(folder(), {})
  change('index.json', (text) => `${text}\n`)
  await expect(openPackage(folder())).rejects.toThrow(refusal('package/index'))
})

it.each(['index.json', 'signature.json'])('no %s', async (name) => {
  await writePackage(folder(), {})
  rmSync(join(folder(), name))
  await expect(openPackage(folder())).rejects.toThrow(refusal('package/unreadable'))
})

it('a folder that is no package', async () => {
  await expect(openPackage(folder())).rejects.toThrow(refusal('package/unreadable'))
})
