import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Session } from '../session.ts'
import { Memory } from '../state/memory.ts'
import { exampleSession } from '../testing/example-session.ts'
import { refusal } from '../testing/refuses.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { writePackage } from '../testing/write-package.ts'
import type { Artefact } from './artefact.ts'
import { examineLayout } from './examine-layout.ts'
import { writeImage, type WrittenImage } from './image/write-image.ts'

const folder = temporaryFolder()
const at = (...path: string[]): string => join(folder(), ...path)
let artefact: Artefact
let written: WrittenImage
let session: Session
let memory: Memory

beforeEach(async () => {
  mkdirSync(at('package'))
  artefact = await writePackage(at('package'), { 'code/app.py.age': 'ciphertext', 'launcher/__main__.py': 'x = 1\n' })
  written = await writeImage(artefact, at('layout'))
  // When the files of these tests have long been settled.
  session = exampleSession(folder(), { now: () => new Date(Date.now() + 60_000) })
  memory = new Memory(session.folders, 'build')
})

const examine = (): ReturnType<typeof examineLayout> => examineLayout(session, at('layout'), memory)
const blob = (layer: number): string => at('layout/blobs/sha256', (written.layers[layer]?.digest ?? '').slice(7))

/** Puts something else into the memory, so that what comes from it shows. */
async function lie(): Promise<void> {
  rmSync(join(session.folders.cache, 'results'), { recursive: true })
  await memory.keep(['index', written.digest], '{"remembered":true}')
}

describe('a package that was examined', () => {
  it('is what it is, the first time and the second', async () => {
    for (const found of [await examine(), await examine()]) {
      expect(found.index).toEqual(artefact.index)
      expect(found.indexBytes.equals(artefact.indexBytes)).toBe(true)
    }
  })

  it('is not read again while no layer was touched', async () => {
    await examine()
    await lie()
    expect((await examine()).index).toEqual({ remembered: true })
  })

  it('is read again when its layers are elsewhere, by whatever name', async () => {
    await examine()
    await lie()
    await writeImage(artefact, at('copy'))
    expect((await examineLayout(session, at('copy'), memory)).index).toEqual(artefact.index)
  })

  it('is not remembered by its layers when they were touched a moment ago, and may be again unseen', async () => {
    session = exampleSession(folder())
    await examine()
    expect(statSync(join(session.folders.cache, 'layers.json'), { throwIfNoEntry: false })).toBeUndefined()
  })

  it('is refused when a layer has changed, of the same size and time: its change time gives it away', async () => {
    await examine()
    for (const layer of [0, 2]) {
      const [before, { atime, mtime }] = [readFileSync(blob(layer)), statSync(blob(layer))]
      const changed = Buffer.from(before)
      changed[before.length - 1] = 1
      writeFileSync(blob(layer), changed)
      utimesSync(blob(layer), atime, mtime)
      await expect(examine()).rejects.toEqual(refusal('image/digest'))
      writeFileSync(blob(layer), before)
    }
    expect((await examine()).index).toEqual(artefact.index)
  })

  it('is refused when a layer was extended, is gone, or a document was changed', async () => {
    await examine()
    const before = readFileSync(blob(1))
    appendFileSync(blob(1), 'x')
    await expect(examine()).rejects.toEqual(refusal('image/digest'))
    rmSync(blob(1))
    await expect(examine()).rejects.toEqual(refusal('image/layout'))
    writeFileSync(blob(1), before)
    const config = at('layout/blobs/sha256', written.id.slice(7))
    writeFileSync(config, readFileSync(config, 'utf8').replace('amd64', 'AMD64'))
    await expect(examine()).rejects.toEqual(refusal('image/digest'))
  })
})
