import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasRegistry, startRegistry, type RealRegistry } from '../packages/core/src/testing/real-registry.ts'
import { bin, Person, type Envelope } from './support/mse.ts'
import { copyProject, plainApp, writeProject } from './support/project.ts'

/** A package on its way from an owner to an operator: as a layout, as an archive, through a registry, through an engine. */
const owner = new Person()
const operator = new Person()
const scratch = mkdtempSync(join(tmpdir(), 'mse-images-'))
const at = (...path: string[]): string => join(scratch, ...path)
let project: string
let made: Made

interface Made {
  readonly digest: string
  readonly fingerprints: { readonly software: string }
}

beforeAll(async () => {
  project = writeProject(owner.home, { name: 'travels', toml: 'storage = "64m"\n', app: plainApp })
  const { data, error } = await owner.json<Made & Record<string, unknown>>('package', project, '--output', at('made'))
  expect(error).toBeNull()
  made = data
})
afterAll(async () => {
  await operator.leave()
  await owner.leave()
  rmSync(scratch, { recursive: true, force: true })
})

/** SHA-256 of every file, by path. */
function filesBelow(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = paths.filter((path) => statSync(join(folder, path)).isFile()).toSorted()
  const hash = (path: string): string =>
    createHash('sha256')
      .update(readFileSync(join(folder, path)))
      .digest('hex')
  return Object.fromEntries(files.map((path) => [path, hash(path)]))
}

/** Starts a package at the operator's and says what it measures. */
async function spawned(word: string, ...more: string[]): Promise<string> {
  const { data, error } = await operator.json<{ fingerprint: string }>('spawn', '--package', word, ...more)
  expect(error).toBeNull()
  expect((await operator.mse('stop', 'travels', '--remove')).code).toBe(0)
  return data.fingerprint
}

describe('mse package', () => {
  it('makes the same bytes at another place, with other times, another umask, time zone and language', async () => {
    // With a store of layers of its own, so that nothing is made here but by this run.
    const cache = join(at('cache'), 'mse')
    mkdirSync(cache, { recursive: true })
    symlinkSync(join(owner.env['XDG_CACHE_HOME'] as string, 'mse/dependencies'), join(cache, 'dependencies'))
    const other = new Person({ TZ: 'Pacific/Kiritimati', LC_ALL: 'C', XDG_CACHE_HOME: at('cache') })
    cpSync(join(owner.home, '.config'), join(other.home, '.config'), { recursive: true })
    const copy = copyProject(project, join(other.home, 'another folder', 'copied'))
    for (const path of Object.keys(filesBelow(copy))) utimesSync(join(copy, path), 1, 1)
    const words = ['package', copy, '--output', at('other'), '--json']
    const shell = ['-c', 'umask 077 && exec "$@"', 'sh', process.execPath, bin, ...words]
    const { stdout } = await other.run('sh', shell)
    expect((JSON.parse(stdout) as Envelope<Made>).data.digest).toBe(made.digest)
    expect(filesBelow(at('other'))).toEqual(filesBelow(at('made')))
    await other.leave()
  })

  it('moves one layer when the code changes', async () => {
    const copy = copyProject(project, at('changed-project'))
    writeFileSync(join(copy, 'mse_src/app.py'), `${plainApp}\n`)
    expect((await owner.mse('package', copy, '--output', at('changed'))).code).toBe(0)
    interface Shown {
      readonly layers: { readonly layer: string; readonly digest: string }[]
    }
    const [one, two] = [
      await owner.json<Shown & Record<string, unknown>>('inspect', at('made')),
      await owner.json<Shown & Record<string, unknown>>('inspect', at('changed')),
    ]
    const moved = one.data.layers.filter(({ digest }, n) => digest !== two.data.layers[n]?.digest)
    expect(moved.map(({ layer }) => layer)).toEqual(['application'])
  })

  it('says of a package that it was made of this source, or names the first difference', async () => {
    expect(await owner.json('package', project, '--rebuild-of', at('made'))).toMatchObject({ code: 0, error: null })
    const copy = copyProject(project, at('rebuild-project'))
    writeFileSync(join(copy, 'mse_src/app.py'), `${plainApp}\n`)
    const { code, error } = await owner.json('package', copy, '--rebuild-of', at('made'))
    expect({ code, error: error?.code }).toEqual({ code: 3, error: 'package/not-rebuilt' })
    expect(error?.message).toContain('code/app.py.age')
    writeFileSync(join(copy, 'mse_src/app.py'), plainApp)
    const toml = join(copy, 'mse.toml')
    writeFileSync(toml, `${readFileSync(toml, 'utf8')}threads = 3\n`)
    expect((await owner.json('package', copy, '--rebuild-of', at('made'))).error?.message).toContain(
      'configuration.threads',
    )
  })

  it('is rebuilt by who holds the source and the code key, without the owner’s signing key', async () => {
    const auditor = new Person()
    const config = join(auditor.home, '.config/mse')
    mkdirSync(config, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(join(owner.home, '.config/mse')).filter((one) => one.startsWith('code-'))) {
      cpSync(join(owner.home, '.config/mse', name), join(config, name))
    }
    const { error, data } = await auditor.json<Made & Record<string, unknown>>(
      'package',
      project,
      '--rebuild-of',
      at('made'),
    )
    expect({ error, digest: data.digest }).toEqual({ error: null, digest: made.digest })
    await auditor.leave()
  })

  it('is not rebuilt without the code key', async () => {
    const stranger = new Person()
    const { error } = await stranger.json('package', project, '--rebuild-of', at('made'))
    expect(error).toMatchObject({ code: 'package/not-rebuilt' })
    await stranger.leave()
  })

  it('needs to be told where to, and never writes over anything', async () => {
    expect((await owner.json('package', project)).error?.code).toBe('usage/missing')
    expect((await owner.json('package', project, '--output', at('made'))).error?.code).toBe('usage/output')
    writeFileSync(at('taken.tar'), 'mine')
    expect((await owner.json('package', project, '--output', at('taken.tar'))).error?.code).toBe('usage/output')
    expect(readFileSync(at('taken.tar'), 'utf8')).toBe('mine')
  })
})

describe('mse spawn --package', () => {
  it('starts a layout and an archive, and measures the same', async () => {
    expect((await owner.mse('package', project, '--output', at('made.tar'))).code).toBe(0)
    expect(await spawned(at('made'))).toBe(made.fingerprints.software)
    expect(await spawned(at('made.tar'))).toBe(made.fingerprints.software)
  })

  it('refuses a damaged layer before anything of it is written', async () => {
    cpSync(at('made'), at('damaged'), { recursive: true })
    const blobs = readdirSync(at('damaged/blobs/sha256')).map((name) => at('damaged/blobs/sha256', name))
    const largest = blobs.toSorted((a, b) => statSync(b).size - statSync(a).size)[0] as string
    const bytes = readFileSync(largest)
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1
    writeFileSync(largest, bytes)
    const { code, error } = await operator.json('spawn', '--package', at('damaged'))
    expect({ code, error: error?.code }).toEqual({ code: 3, error: 'image/digest' })
    expect(readdirSync(join(operator.state, 'staging'))).toEqual([])
  })

  it('takes what exists for a path, and what does not and has no registry for a mistake', async () => {
    expect((await operator.json('spawn', '--package', at('none'))).error?.code).toBe('image/unreadable')
    expect((await operator.json('spawn', '--package', '127.0.0.1:1/none:1')).error?.code).toBe('registry/unreachable')
    expect((await operator.json('spawn', '--package', 'registry.example.org/none')).error?.code).toBe('usage/reference')
  })
})

describe.skipIf(!hasRegistry)('through Debian’s docker-registry (skipped without it)', () => {
  let registry: RealRegistry
  beforeAll(async () => {
    mkdirSync(at('registry'))
    registry = await startRegistry(at('registry'))
  })
  afterAll(() => registry.stop())

  it('a package is pushed once, pulled, and started by its reference', async () => {
    const reference = `${registry.host}/team/travels`
    interface Pushed extends Record<string, unknown> {
      readonly reference: string
      readonly sent: number
    }
    const first = await owner.json<Pushed>('push', at('made'), `${reference}:1`)
    expect(first.data.reference).toBe(`${reference}@${made.digest}`)
    expect(first.data.sent).toBeGreaterThan(1e6)
    expect((await owner.json<Pushed>('push', at('made'), `${reference}:2`)).data.sent).toBe(0)

    expect((await operator.mse('pull', first.data.reference, '--output', at('pulled'))).code).toBe(0)
    const blobs = (folder: string): Record<string, string> => filesBelow(join(folder, 'blobs'))
    expect(blobs(at('pulled'))).toEqual(blobs(at('made')))
    expect(await spawned(`${reference}:2`)).toBe(made.fingerprints.software)
  })

  it('what is not a package does not leave, and does not arrive', async () => {
    const skopeo = spawnSync('skopeo', ['--version']).status === 0
    expect((await owner.json('push', join(project, 'mse.toml'), `${registry.host}/x:1`)).error?.code).toBe('image/tar')
    if (!skopeo) return
    mkdirSync(at('no-package'))
    const { writeLayout } = await import('../packages/core/src/testing/write-layout.ts')
    writeLayout(at('no-package'), { layers: [{ bytes: Buffer.alloc(1024) }] })
    const target = `docker://${registry.host}/no-package:1`
    const copied = spawnSync('skopeo', [
      'copy',
      '--insecure-policy',
      '--dest-tls-verify=false',
      `oci:${at('no-package')}`,
      target,
    ])
    expect(copied.status).toBe(0)
    const { error } = await operator.json('pull', `${registry.host}/no-package:1`, '--output', at('arrived'))
    expect(error?.code).toBe('image/layout')
    expect(readdirSync(scratch)).not.toContain('arrived')
  })
})

const hasPodman = spawnSync('podman', ['--version']).status === 0

describe.skipIf(!hasPodman || process.getuid?.() !== 0)('through Podman (skipped without it, or not as root)', () => {
  it(
    'a package is loaded; what comes out is the package, and what is saved is the same base',
    { timeout: 180_000 },
    async () => {
      const limits = '["nofile=1024:1024","nproc=1024:1024"]'
      writeFileSync(at('containers.conf'), `[engine]\nruntime = "runc"\n[containers]\ndefault_ulimits = ${limits}\n`)
      const env = { ...process.env, CONTAINERS_CONF: at('containers.conf') }
      const place = ['--root', at('store'), '--runroot', at('run'), '--storage-driver', 'vfs']
      const podman = (...words: string[]): string => {
        const { status, stdout, stderr } = spawnSync('podman', [...place, ...words], { env, encoding: 'utf8' })
        expect({ words, status, stderr: status === 0 ? '' : stderr }).toEqual({ words, status: 0, stderr: '' })
        return stdout.trim()
      }
      expect((await owner.mse('package', project, '--output', at('loaded.tar'))).code).toBe(0)
      podman('load', '--input', at('loaded.tar'))
      const image = `localhost/travels:${made.fingerprints.software.slice(0, 16)}`
      expect(podman('image', 'inspect', '--format', '{{.Digest}}', image)).toBe(made.digest)
      podman('save', '--format', 'docker-archive', '--output', at('saved.tar'), image)
      const [saved, layout] = [
        await owner.json('base', 'import', at('saved.tar')),
        await owner.json('base', 'import', at('made')),
      ]
      expect(saved.data).toEqual(layout.data)
      expect(saved.data['digest']).toBe(`sha256:${podman('image', 'inspect', '--format', '{{.Id}}', image)}`)
      podman('create', '--name', 'one', image, '/none')
      podman('cp', 'one:/opt/mse', at('out-of-podman'))
      podman('rm', 'one')
      expect(await spawned(at('out-of-podman'))).toBe(made.fingerprints.software)

      // A tree of files is no base, and what the error says to do makes one of it.
      const refused = await owner.json('base', 'import', at('out-of-podman'))
      expect(refused.error?.code).toBe('base/folder')
      const given = { podman: `podman ${place.join(' ')}`, sudo: '', mse: `${process.execPath} ${bin}` }
      const commands = Object.entries(given).map(([name, line]) => `${name}() { command ${line} "$@"; }\n`)
      const script = `set -e\n${commands.join('')}${refused.error?.next}`
      const auditor = new Person({ CONTAINERS_CONF: at('containers.conf') })
      const { stdout, stderr } = await auditor.run('bash', ['-c', script])
      await auditor.leave()
      expect({ digest: stdout.trim().split('\n').at(-1), stderr }).toMatchObject({
        digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      })
    },
  )
})
