import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach } from 'vitest'
import { folderLayout } from '../oci/layout/folder-layout.ts'
import { blobPath } from '../oci/layout/layout.ts'
import { openImage } from '../oci/layout/open-image.ts'
import { tarHeader } from '../oci/tar/tar-header.ts'
import { checkImage, type CheckedPackage } from '../package/image/check-image.ts'
import { writeImage } from '../package/image/write-image.ts'
import { rawTar, type RawEntry } from './raw-tar.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { writeLayout, type GivenImage } from './write-layout.ts'
import { writePackage } from './write-package.ts'

/** A file of the package's dependencies, as it is called in their layer. */
export const inside = 'opt/mse/requirements.lock'

/** A package that is somebody else's, with one thing wrong in each test. */
export interface HostilePackage {
  /** A new folder for each test. */
  readonly folder: () => string
  readonly at: (...path: string[]) => string
  /** The layers as they should be: launcher, dependencies, application. */
  readonly good: [Buffer, Buffer, Buffer]
  /** The index.json as it should be. */
  readonly indexBytes: () => Buffer
  /** Writes the image, with what is changed. */
  readonly hostile: (change?: Partial<GivenImage>) => void
  /** Writes it with another layer of dependencies: these entries between the folders and the end. */
  readonly withEntries: (...entries: RawEntry[]) => void
  /** Reads it as commands do that were handed a package. */
  readonly check: () => Promise<CheckedPackage>
}

export function hostilePackage(): HostilePackage {
  const folder = temporaryFolder()
  const at = (...path: string[]): string => join(folder(), ...path)
  const good: [Buffer, Buffer, Buffer] = [Buffer.alloc(0), Buffer.alloc(0), Buffer.alloc(0)]
  let indexBytes: Buffer
  beforeEach(async () => {
    mkdirSync(at('package'))
    const artefact = await writePackage(at('package'), {
      'code/app.py.age': 'ciphertext',
      'launcher/__main__.py': 'x = 1\n',
      'requirements.lock': 'flask==3\n',
      'site-packages/flask.py': 'y = 1\n',
    })
    ;({ indexBytes } = artefact)
    const { layers } = await writeImage(artefact, at('good'))
    good.splice(0, 3, ...layers.map(({ digest }) => readFileSync(at('good', blobPath(digest)))))
    mkdirSync(at('hostile'))
  })
  const hostile = (change: Partial<GivenImage> = {}): void =>
    void writeLayout(at('hostile'), { layers: good.map((bytes) => ({ bytes })), ...change })
  return {
    folder,
    at,
    good,
    indexBytes: () => indexBytes,
    hostile,
    withEntries(...entries) {
      const folders = ['opt', 'opt/mse'].map((path) => tarHeader({ path, type: 'directory', size: 0, mode: 0o755 }))
      const bytes = Buffer.concat([...folders, rawTar(entries)])
      hostile({ layers: [{ bytes: good[0] }, { bytes }, { bytes: good[2] }] })
    },
    check: async () => checkImage(await openImage(folderLayout(at('hostile')))),
  }
}
