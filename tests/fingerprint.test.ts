import { execFileSync } from 'node:child_process'
import { createHash, createPrivateKey } from 'node:crypto'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parsePolicy } from '../packages/attest/src/index.ts'
import { loadBase } from '../packages/core/src/base/base-cache.ts'
import { payloadTypes, signEnvelope } from '../packages/core/src/package/dsse.ts'
import { encodeIndex } from '../packages/core/src/package/index-file.ts'
import { openPackage } from '../packages/core/src/package/open.ts'
import { measureSgx } from '../packages/core/src/platform/sgx/application/measure-sgx.ts'
import type { SgxBase } from '../packages/core/src/platform/sgx/application/base.ts'
import { folders } from '../packages/core/src/state/paths.ts'
import { writeBase } from '../packages/core/src/testing/write-base.ts'
import { Person } from './support/mse.ts'
import { copyProject, edit, plainApp, writeProject } from './support/project.ts'

/** What an enclave of a package measures, computed by its owner and by a third party that has the package alone. */
const scratch = mkdtempSync(join(tmpdir(), 'mse-fingerprint-'))
const at = (...path: string[]): string => join(scratch, ...path)
const owner = new Person()
// Bases are remembered in the cache: whoever has to know none needs another one.
const auditor = new Person({ XDG_CACHE_HOME: at('auditor-cache') })
const other = `sha256:${'0'.repeat(64)}`
let project: string
let base: string

interface Shown extends Record<string, unknown> {
  readonly fingerprints: Readonly<Record<string, string>>
}

beforeAll(async () => {
  project = writeProject(owner.home, { name: 'printed', toml: 'python = "3.11"\nhardware = "1g"\n', app: plainApp })
  writeBase(at('base'), '3.11')
  base = (await owner.json<{ digest: string } & Record<string, unknown>>('base', 'import', at('base'))).data.digest
  writeFileSync(join(project, 'mse.toml'), withBase(base))
  expect((await owner.mse('package', project, '--output', at('made'))).code).toBe(0)
})
afterAll(async () => {
  await owner.leave()
  await auditor.leave()
  rmSync(scratch, { recursive: true, force: true })
})

function withBase(digest: string): string {
  return readFileSync(join(project, 'mse.toml'), 'utf8').replace(/^/, `base = "${digest}"\n`)
}

/** A copy of the project with something changed, packaged; or the copy itself. */
async function changed(name: string, change: (folder: string) => void): Promise<string> {
  expect((await owner.mse('package', copied(`${name}-project`, change), '--output', at(name))).code).toBe(0)
  return at(name)
}

function copied(name: string, change: (folder: string) => void): string {
  return copyProject(project, at(name), change)
}

describe('mse fingerprint', () => {
  it('computes what every kind of enclave measures, and the same of project and package', async () => {
    const { data } = await owner.json<Shown>('fingerprint', at('made'))
    expect(Object.keys(data.fingerprints)).toEqual(['software', 'sgx', 'sgx-edmm'])
    expect(new Set(Object.values(data.fingerprints)).size).toBe(3)
    const again = await owner.json<Shown>('fingerprint', project)
    expect(again.data.fingerprints).toEqual(data.fingerprints)
  })

  it('measures what the processor would: the measurement that is held to Gramine’s own vectors', async () => {
    const { data } = await owner.json<Shown>('fingerprint', at('made'))
    const found = await loadBase(folders(owner.env), base)
    const packed = await packedFolder()
    const { mrenclave } = measureSgx(packed, found as SgxBase, { edmm: true })
    expect(data.fingerprints['sgx-edmm']).toBe(mrenclave)
    const software = createHash('sha256').update('mse software enclave v1\0').update(packed.indexBytes)
    expect(data.fingerprints['software']).toBe(software.digest('hex'))
  })

  it('prints one of them and nothing else, for scripts', async () => {
    const { data } = await owner.json<Shown>('fingerprint', at('made'))
    const { stdout } = await owner.mse('fingerprint', at('made'), '--platform', 'sgx')
    expect(stdout).toBe(`${data.fingerprints['sgx']}\n`)
  })

  it('is computed by whoever has the package and the base, from an image or its digest', async () => {
    const [mine, theirs] = [
      await owner.json<Shown>('fingerprint', at('made')),
      await auditor.json<Shown>('fingerprint', at('made'), '--base', at('base')),
    ]
    expect(theirs.data.fingerprints).toEqual(mine.data.fingerprints)
    const remembered = await auditor.json<Shown>('fingerprint', at('made'), '--base', base)
    expect(remembered.data.fingerprints).toEqual(mine.data.fingerprints)
  })

  it('says what was measured, in the order of measuring', async () => {
    const { data } = await owner.json<{ measured: Record<string, { name: string }[]> } & Shown>(
      'fingerprint',
      at('made'),
      '--explain',
    )
    expect(data.measured['software']?.map(({ name }) => name)).toEqual(['label', 'index.json'])
    const areas = ['manifest', 'ssa', 'tcs', 'tls', 'stack', 'sig_stack', 'pal']
    expect(data.measured['sgx-edmm']?.map(({ name }) => name)).toEqual(areas)
    expect(data.measured['sgx']?.map(({ name }) => name)).toEqual([...areas, 'free'])
    const { unmeasured } = data as unknown as { unmeasured: Record<string, string[]> }
    expect(Object.keys(unmeasured)).toEqual(['software', 'sgx', 'sgx-edmm'])
    expect(unmeasured['sgx']?.join()).toContain('name servers')
  })

  it('refuses a base that was not imported, when SGX is asked for, and says so when it is not', async () => {
    const stranger = new Person({ XDG_CACHE_HOME: at('stranger-cache') })
    const asked = await stranger.json('fingerprint', at('made'), '--platform', 'sgx')
    expect({ code: asked.code, error: asked.error?.code }).toEqual({ code: 1, error: 'base/unknown' })
    const { data } = await stranger.json<Shown>('fingerprint', at('made'))
    expect(Object.keys(data.fingerprints)).toEqual(['software'])
    await stranger.leave()
  })

  it('refuses another base than the owner has signed, which an operator would choose', async () => {
    writeBase(at('evil'), '3.11', [{ name: 'usr/lib/python3.11/evil.py', content: 'import os' }])
    const { code, error } = await auditor.json('fingerprint', at('made'), '--base', at('evil'), '--platform', 'sgx')
    expect({ code, error: error?.code }).toEqual({ code: 3, error: 'sgx/base' })
  })

  it('refuses SGX for a package without a base', async () => {
    const without = await changed('without', (copy) => edit(join(copy, 'mse.toml'), /^base.*\n/, ''))
    const { code, error } = await owner.json('fingerprint', without, '--platform', 'sgx')
    expect({ code, error: error?.code }).toEqual({ code: 3, error: 'sgx/base' })
  })

  it('refuses a base that is no digest, in mse.toml', async () => {
    const copy = copyProject(project, at('wrong-project'))
    edit(join(copy, 'mse.toml'), base, 'latest')
    expect((await owner.json('fingerprint', copy)).error?.code).toBe('project/bad-value')
  })
})

/** The package as the folder that it is inside. */
async function packedFolder(): Promise<Awaited<ReturnType<typeof openPackage>>> {
  if (existsSync(at('opt/mse'))) return openPackage(at('opt/mse'))
  const blobs = JSON.parse(readFileSync(at('made', 'index.json'), 'utf8')) as { manifests: { digest: string }[] }
  const blob = (digest: string): Buffer => readFileSync(at('made', 'blobs', digest.replace(':', '/')))
  const manifest = JSON.parse(blob(blobs.manifests[0]?.digest ?? '').toString()) as { layers: { digest: string }[] }
  for (const { digest } of manifest.layers) {
    writeFileSync(at('layer.tar'), blob(digest))
    execFileSync('tar', ['-xf', at('layer.tar'), '-C', scratch])
  }
  return openPackage(at('opt/mse'))
}

/** The package as a folder with a line more in these files, signed again by its owner: as if another version had made it. */
async function resigned(name: string, paths: readonly string[]): Promise<string> {
  const { directory, index } = await packedFolder()
  cpSync(directory, at(name), { recursive: true })
  for (const path of paths) appendFileSync(join(at(name), path), '# changed\n')
  const files = index.files.map((file) => {
    const content = readFileSync(join(at(name), file.path))
    return { ...file, size: content.length, sha256: createHash('sha256').update(content).digest('hex') }
  })
  const bytes = encodeIndex({ ...index, files })
  const key = createPrivateKey(readFileSync(join(owner.home, '.config/mse/owner.pem')))
  writeFileSync(join(at(name), 'index.json'), bytes)
  writeFileSync(join(at(name), 'signature.json'), signEnvelope(payloadTypes.index, bytes, key))
  return at(name)
}

describe('mse fingerprint diff names', () => {
  interface Cause {
    readonly kind: string
    readonly name: string
    readonly before?: string
    readonly after?: string
  }
  const causes = async (one: string, two: string): Promise<Cause[]> =>
    (await owner.json<{ causes: Cause[] } & Record<string, unknown>>('fingerprint', 'diff', one, two)).data.causes

  it('nothing, of a package and the project that it was made of', async () => {
    expect(await causes(at('made'), project)).toEqual([])
    expect((await owner.mse('fingerprint', 'diff', at('made'), at('made'))).stdout).toBe('identical\n')
  })

  it('a file of the code, by its path', async () => {
    const copy = copyProject(project, at('code-project'))
    appendFileSync(join(copy, 'mse_src/app.py'), '\n')
    expect(await causes(project, copy)).toMatchObject([{ kind: 'code', name: 'app.py' }])
  })

  it('a key of the configuration, the base and a dependency, with what they were and are', async () => {
    const copy = copyProject(project, at('many-project'))
    edit(join(copy, 'mse.toml'), base, other)
    appendFileSync(join(copy, 'mse.toml'), 'threads = 3\n')
    writeFileSync(join(copy, 'mse_src/requirements.txt'), 'itsdangerous==2.2.0\n')
    expect(await causes(project, copy)).toMatchObject([
      { kind: 'configuration', name: 'threads', before: '10', after: '3' },
      { kind: 'base', before: base, after: other },
      { kind: 'code', name: 'requirements.txt' },
      { kind: 'dependency', name: 'itsdangerous', after: '2.2.0' },
    ])
  })

  it('a dependency of another version, and one that is gone', async () => {
    const [one, two] = ['itsdangerous==2.1.2\nblinker==1.8.2\n', 'itsdangerous==2.2.0\n'].map((text, at) =>
      copied(`versions-${at}`, (copy) => writeFileSync(join(copy, 'mse_src/requirements.txt'), text)),
    ) as [string, string]
    expect(await causes(one, two)).toMatchObject([
      { kind: 'code', name: 'requirements.txt' },
      { kind: 'dependency', name: 'blinker', before: '1.8.2' },
      { kind: 'dependency', name: 'itsdangerous', before: '2.1.2', after: '2.2.0' },
    ])
    const { stdout } = await owner.mse('fingerprint', 'diff', one, two)
    expect(stdout).toBe(
      'code requirements.txt: changed\ndependency blinker: removed, 1.8.2\ndependency itsdangerous: 2.1.2 → 2.2.0\n',
    )
  })

  it('Python, and not each file of byte code that follows from it', async () => {
    const found = await causes(
      project,
      copied('python', (copy) => edit(join(copy, 'mse.toml'), '3.11', '3.12')),
    )
    expect(found[0]).toEqual({ kind: 'python', name: 'python', before: '3.11', after: '3.12' })
    expect(found.filter(({ name }) => name.endsWith('.pyc'))).toEqual([])
  })

  it('a file that came to the code, one that is gone, and one that may be executed now', async () => {
    const two = copied('files', (copy) => {
      writeFileSync(join(copy, 'mse_src/new.py'), '')
      renameSync(join(copy, 'mse_src/app.py'), join(copy, 'mse_src/moved.py'))
      writeFileSync(join(copy, 'mse_src/app.py'), readFileSync(join(copy, 'mse_src/moved.py')), { mode: 0o755 })
    })
    const found = await causes(project, two)
    expect(found.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['code app.py', 'code moved.py', 'code new.py'])
    expect((await owner.mse('fingerprint', 'diff', two, project)).stdout).toBe(
      'code app.py: changed\ncode moved.py: removed\ncode new.py: removed\n',
    )
  })

  it('the launcher of another version of mse, and a dependency that was built anew under its old version', async () => {
    const theirs = await resigned('launcher', ['launcher/__main__.py', 'site-packages/a2wsgi/wsgi.py'])
    expect((await causes(at('made'), theirs)).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'dependency site-packages/a2wsgi/wsgi.py',
      'launcher __main__.py',
    ])
  })

  it('the owner’s key', async () => {
    const copy = new Person()
    cpSync(join(owner.home, '.config'), join(copy.home, '.config'), { recursive: true })
    rmSync(join(copy.home, '.config/mse/owner.pem'), { force: true })
    expect((await copy.mse('package', project, '--output', at('theirs'))).code).toBe(0)
    expect((await causes(at('made'), at('theirs'))).map(({ kind }) => kind)).toEqual(['owner'])
    await copy.leave()
  })
})

describe('a policy to publish', () => {
  it('for SGX is complete, and pins both enclaves of the package and nothing of this machine', async () => {
    const { data } = await owner.json<Shown>('fingerprint', at('made'))
    const words = ['fingerprint', at('made'), '--platform', 'sgx', '--policy', at('sgx.json')]
    expect((await owner.mse(...words)).code).toBe(0)
    expect(parsePolicy(readFileSync(at('sgx.json'), 'utf8'))).toMatchObject({
      platform: 'sgx',
      measurement: [data.fingerprints['sgx'], data.fingerprints['sgx-edmm']],
      signer: 'any',
      debug: 'refused',
    })
    expect((await owner.json(...words)).error?.code).toBe('usage/exists')
    const signer = 'ab'.repeat(32)
    expect((await owner.mse(...words, '--force', '--signer', signer)).code).toBe(0)
    expect(parsePolicy(readFileSync(at('sgx.json'), 'utf8'))).toMatchObject({ signer: [signer] })
  })

  it('for software enclaves believes no root unless one is named', async () => {
    const words = ['fingerprint', at('made'), '--platform', 'software', '--force', '--policy', at('software.json')]
    expect((await owner.mse(...words)).code).toBe(0)
    expect(parsePolicy(readFileSync(at('software.json'), 'utf8'))).toMatchObject({ softwareRoots: [] })
    const root = 'cd'.repeat(32)
    expect((await owner.mse(...words, '--software-root', root)).code).toBe(0)
    expect(parsePolicy(readFileSync(at('software.json'), 'utf8'))).toMatchObject({ softwareRoots: [root] })
  })

  it('is written for no platform that was not named', async () => {
    const { code, error } = await owner.json('fingerprint', at('made'), '--policy', at('none.json'))
    expect({ code, error: error?.code }).toEqual({ code: 2, error: 'usage/missing' })
  })
})

describe('mse verify --package', () => {
  it('proves live, and from a file, that a package runs there, to whoever runs it on a platform of their own', async () => {
    const here = new Person()
    const spawned = await here.json<{ url: string } & Record<string, unknown>>('spawn', '--package', at('made'))
    expect(spawned.error).toBeNull()
    const words = ['--package', at('made'), '--platform', 'software']
    const live = await here.json('verify', 'printed', ...words)
    expect({ code: live.code, fresh: live.data['fresh'] }).toEqual({ code: 0, fresh: true })
    expect((await here.mse('evidence', 'printed', '--output', at('evidence.json'))).code).toBe(0)
    expect((await here.json('verify', at('evidence.json'), ...words)).code).toBe(0)

    await changed('another', (copy) => appendFileSync(join(copy, 'mse_src/app.py'), '\n'))
    const wrong = await here.json('verify', 'printed', '--package', at('another'), '--platform', 'software')
    expect({ code: wrong.code, error: wrong.error?.code }).toEqual({ code: 3, error: 'policy/measurement' })
    // A software enclave never passes for hardware, even where the evidence alone could say what it is.
    const hardware = await here.json('verify', 'printed', '--package', at('made'))
    expect(hardware.code).not.toBe(0)
    expect(hardware.error?.code).toBe('policy/platform')
    const stranger = await auditor.json('verify', at('evidence.json'), ...words)
    expect(stranger.code).toBe(3)
    await here.leave()
  })
})

describe('mse check --memory', () => {
  it('says what hardware fits, from what the application has used in the software enclave', async () => {
    const here = new Person()
    expect((await here.json('check', project, '--memory')).error?.code).toBe('state/no-such-app')
    const local = copied('local', (copy) => edit(join(copy, 'mse.toml'), /^base.*\n/, ''))
    expect((await here.mse('deploy', local)).code).toBe(0)
    interface Memory extends Record<string, unknown> {
      readonly used: { readonly memory: number; readonly libraries: number; readonly threads: number }
      readonly needed: number
      readonly smallest: number
    }
    const { data } = await here.json<Memory>('check', local, '--memory')
    // A Python that serves has some 20 MB of its own, and maps at least itself.
    expect(data.used.memory).toBeGreaterThan(10e6)
    expect(data.used.libraries).toBeGreaterThan(5e6)
    expect(data.used.threads).toBeGreaterThan(0)
    expect(data.smallest).toBeGreaterThanOrEqual(data.needed)

    // The same beside the fingerprint, of the package that runs here and of nothing else.
    interface Beside extends Shown {
      readonly memory: Memory & { readonly hardware: number; readonly effective: number }
    }
    const ran = await here.json<Beside>('fingerprint', local, '--memory')
    expect(ran.data.memory.used.libraries).toBe(data.used.libraries)
    expect(ran.data.memory.hardware - ran.data.memory.effective).toBe(
      ran.data.memory.needed - ran.data.memory.used.memory,
    )
    appendFileSync(join(local, 'mse_src/app.py'), '\n')
    const changedSince = await here.json<Beside>('fingerprint', local, '--memory')
    expect(changedSince.data.memory.used).toBeNull()
    expect(changedSince.data.memory.needed).toBeGreaterThan(64e6)
    await here.leave()
  })
})
