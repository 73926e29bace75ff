import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { openPackage } from '../../packages/core/src/package/open.ts'
import { writeBase } from '../../packages/core/src/testing/write-base.ts'
import { Person } from './mse.ts'
import { copyProject, plainApp, writeProject } from './project.ts'

/** A project with a base, and the package that its owner has made of it, for all tests of one file. */
export class PrintedPackage {
  readonly owner: Person = new Person()
  readonly scratch: string = mkdtempSync(join(tmpdir(), 'mse-fingerprint-'))
  project = ''
  /** Digest of its base, which lies in `at('base')`. */
  base = ''

  constructor() {
    beforeAll(() => this.make())
    afterAll(async () => {
      await this.owner.leave()
      rmSync(this.scratch, { recursive: true, force: true })
    })
  }

  private async make(): Promise<void> {
    const toml = 'python = "3.11"\nhardware = "1g"\n'
    this.project = writeProject(this.owner.home, { name: 'printed', toml, app: plainApp })
    writeBase(this.at('base'), '3.11')
    this.base = (await this.owner.json<{ digest: string }>('base', 'import', this.at('base'))).data.digest
    const file = join(this.project, 'mse.toml')
    writeFileSync(file, `base = "${this.base}"\n${readFileSync(file, 'utf8')}`)
    expect((await this.owner.mse('package', this.project, '--output', this.at('made'))).code).toBe(0)
  }

  /** The package is `at('made')`. */
  readonly at = (...path: string[]): string => join(this.scratch, ...path)

  /** A copy of the project with something changed. */
  readonly copied = (name: string, change: (folder: string) => void): string =>
    copyProject(this.project, this.at(name), change)

  /** The same, packaged. */
  readonly changed = async (name: string, change: (folder: string) => void): Promise<string> => {
    const copy = this.copied(`${name}-project`, change)
    expect((await this.owner.mse('package', copy, '--output', this.at(name))).code).toBe(0)
    return this.at(name)
  }

  /** The package as the folder that it is inside. */
  async packed(): ReturnType<typeof openPackage> {
    const { at } = this
    if (existsSync(at('opt/mse'))) return openPackage(at('opt/mse'))
    const blobs = JSON.parse(readFileSync(at('made', 'index.json'), 'utf8')) as { manifests: { digest: string }[] }
    const blob = (digest: string): Buffer => readFileSync(at('made', 'blobs', digest.replace(':', '/')))
    const manifest = JSON.parse(blob(blobs.manifests[0]?.digest ?? '').toString()) as { layers: { digest: string }[] }
    for (const { digest } of manifest.layers) {
      writeFileSync(at('layer.tar'), blob(digest))
      execFileSync('tar', ['-xf', at('layer.tar'), '-C', this.scratch])
    }
    return openPackage(at('opt/mse'))
  }
}
