import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Person } from './support/mse.ts'
import { plainApp, writeProject } from './support/project.ts'

/** The store of layers, as commands use it: with others beside them, killed in the middle, and with somebody's hands in it. */
const scratch = mkdtempSync(join(tmpdir(), 'mse-package-cache-'))
const at = (...path: string[]): string => join(scratch, ...path)
const cache = at('cache')
const owner = new Person({ XDG_CACHE_HOME: cache })
let project: string
/** Digest of the image, made with an empty store. */
let digest: string

beforeAll(async () => {
  // A store of this test's own; what is installed is shared with all tests.
  mkdirSync(join(cache, 'mse'), { recursive: true })
  const shared = new Person()
  const installed = join(shared.env['XDG_CACHE_HOME'] as string, 'mse/dependencies')
  mkdirSync(installed, { recursive: true })
  symlinkSync(installed, join(cache, 'mse/dependencies'))
  await shared.leave()
  project = writeProject(owner.home, { name: 'cached', app: plainApp })
  digest = await packaged('cold')
})
afterAll(async () => {
  await owner.leave()
  rmSync(scratch, { recursive: true, force: true })
})

/** Packages the project, has every byte of the image checked, and returns its digest. */
async function packaged(name: string): Promise<string> {
  const made = await owner.json<{ digest: string }>('package', project, '--output', at(name))
  expect(made.error).toBeNull()
  expect((await owner.json('inspect', at(name))).error).toBeNull()
  return made.data.digest
}

function largestBlob(folder: string): string {
  const paths = readdirSync(folder, { encoding: 'utf8' }).map((name) => join(folder, name))
  return paths.toSorted((a, b) => statSync(b).size - statSync(a).size)[0] as string
}

it('the same image with a warm store, and with none', async () => {
  expect(await packaged('warm')).toBe(digest)
  rmSync(join(cache, 'mse/blobs'), { recursive: true })
  expect(await packaged('cold-again')).toBe(digest)
})

it('a layer that was written to in an earlier image does not come into a later one', async () => {
  await packaged('touched')
  const layer = largestBlob(at('touched/blobs/sha256'))
  const bytes = readFileSync(layer)
  bytes.fill(0x20, 5000, 6000)
  writeFileSync(layer, bytes)
  expect(await packaged('after-touched')).toBe(digest)
})

it('a blob that was exchanged in the store is not used', async () => {
  const blob = largestBlob(join(cache, 'mse/blobs'))
  writeFileSync(blob, Buffer.alloc(statSync(blob).size, 0x20))
  expect(await packaged('after-exchanged')).toBe(digest)
  const found = createHash('sha256')
    .update(readFileSync(largestBlob(join(cache, 'mse/blobs'))))
    .digest('hex')
  expect(largestBlob(join(cache, 'mse/blobs'))).toContain(found)
})

it('several commands at once, with a cold store, make the same image', async () => {
  rmSync(join(cache, 'mse/blobs'), { recursive: true })
  const all = await Promise.all(['one', 'two', 'three', 'four'].map((name) => packaged(`at-once-${name}`)))
  expect(new Set(all)).toEqual(new Set([digest]))
})

it(
  'a command that is killed, whenever, leaves nothing that the next one stumbles over',
  { timeout: 120_000 },
  async () => {
    for (const [round, wait] of [150, 250, 350, 450, 550, 700].entries()) {
      rmSync(join(cache, 'mse/blobs'), { recursive: true, force: true })
      const child = owner.start('package', project, '--output', at(`killed-${round}`))
      await sleep(wait)
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      expect(await packaged(`after-killed-${round}`)).toBe(digest)
    }
    expect(readdirSync(join(owner.state, 'staging'))).toEqual([])
  },
)
