import { folderLayout } from '@mse/core/oci/layout/folder-layout'
import { openImage } from '@mse/core/oci/layout/open-image'
import { checkImage, type CheckedPackage } from '@mse/core/package/image/check-image'
import { unpackImage } from '@mse/core/package/image/unpack-image'
import { writeImage } from '@mse/core/package/image/write-image'
import { openPackage } from '@mse/core/package/open'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeLayout } from '../packages/core/src/testing/write-layout.ts'
import { readVectors, refuseUnknown } from './read-vectors.ts'

interface ImageCase {
  readonly name: string
  readonly expect: string
  readonly layers: readonly (string | null)[]
  readonly files?: Readonly<Record<string, string>>
  readonly members?: Readonly<Record<string, string>>
  readonly digest?: string
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mse-image-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Every file below a folder, base64, by path. */
function filesIn(directory: string): Record<string, string> {
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  return Object.fromEntries(
    paths
      .filter((path) => statSync(join(directory, path)).isFile())
      .map((path) => [path, readFileSync(join(directory, path)).toString('base64')]),
  )
}

function writePackage(files: Readonly<Record<string, string>>): string {
  const directory = join(folder, 'package')
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), Buffer.from(content, 'base64'))
    chmodSync(join(directory, path), path.endsWith('.sh.age') ? 0o755 : 0o644)
  }
  return directory
}

async function check(layout: string): Promise<CheckedPackage> {
  return checkImage(await openImage(folderLayout(layout)))
}

/** The bytes of a case's layers; null stands for that of the first case. */
function layersOf({ layers }: Pick<ImageCase, 'layers'>): Buffer[] {
  const [first] = readVectors<ImageCase>('image.json') as [ImageCase]
  return layers.map((text, at) => Buffer.from(text ?? first.layers[at] ?? '', 'base64'))
}

describe('image.json', () => {
  it.each(readVectors<ImageCase>('image.json'))('$name: $expect', async ({ name: _, expect: code, ...given }) => {
    const { layers, files, members, digest, ...unknown } = given
    refuseUnknown(unknown)
    const layout = join(folder, 'layout')
    if (code !== 'ok' || files === undefined) {
      mkdirSync(layout)
      writeLayout(layout, { layers: layersOf({ layers }).map((bytes) => ({ bytes })) })
      return expect(check(layout)).rejects.toThrow(expect.objectContaining({ code }))
    }
    const written = await writeImage(await openPackage(writePackage(files)), layout)
    expect(written.digest).toBe(digest)
    const blobs = written.layers.map((layer, at) => [`blobs/${layer.digest.replace(':', '/')}`, layers[at]])
    const documents = Object.entries(members ?? {}).map(([path, text]) => [path, Buffer.from(text).toString('base64')])
    expect(filesIn(layout)).toEqual(Object.fromEntries([...blobs, ...documents]))
    await unpackImage(await check(layout), join(folder, 'again'))
    expect(filesIn(join(folder, 'again'))).toEqual(files)
  })
})
