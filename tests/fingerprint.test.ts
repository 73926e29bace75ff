import { createHash } from 'node:crypto'
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parsePolicy } from '../packages/attest/src/index.ts'
import { loadBase } from '../packages/core/src/base/base-cache.ts'
import { measureSgx } from '../packages/core/src/platform/sgx/application/measure-sgx.ts'
import type { SgxBase } from '../packages/core/src/platform/sgx/application/base.ts'
import { folders } from '../packages/core/src/state/paths.ts'
import { writeBase } from '../packages/core/src/testing/write-base.ts'
import { Person } from './support/mse.ts'
import { PrintedPackage } from './support/printed-package.ts'
import { copyProject, edit } from './support/project.ts'

/** What an enclave of a package measures, computed by its owner and by a third party that has the package alone. */
const printed = new PrintedPackage()
const { owner, at, copied, changed } = printed
// Bases are remembered in the cache: whoever has to know none needs another one.
const auditor = new Person({ XDG_CACHE_HOME: at('auditor-cache') })
afterAll(() => auditor.leave())

interface Shown extends Record<string, unknown> {
  readonly fingerprints: Readonly<Record<string, string>>
}

describe('mse fingerprint', () => {
  it('computes what every kind of enclave measures, and the same of project and package', async () => {
    const { data } = await owner.json<Shown>('fingerprint', at('made'))
    expect(Object.keys(data.fingerprints)).toEqual(['software', 'sgx', 'sgx-edmm'])
    expect(new Set(Object.values(data.fingerprints)).size).toBe(3)
    const again = await owner.json<Shown>('fingerprint', printed.project)
    expect(again.data.fingerprints).toEqual(data.fingerprints)
  })

  it('measures what the processor would: the measurement that is held to Gramine’s own vectors', async () => {
    const { data } = await owner.json<Shown>('fingerprint', at('made'))
    const found = await loadBase(folders(owner.env), printed.base)
    const packed = await printed.packed()
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

  it('is computed by whoever has the package and the printed.base, from an image or its digest', async () => {
    const [mine, theirs] = [
      await owner.json<Shown>('fingerprint', at('made')),
      await auditor.json<Shown>('fingerprint', at('made'), '--base', at('base')),
    ]
    expect(theirs.data.fingerprints).toEqual(mine.data.fingerprints)
    const remembered = await auditor.json<Shown>('fingerprint', at('made'), '--base', printed.base)
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
    const copy = copyProject(printed.project, at('wrong-project'))
    edit(join(copy, 'mse.toml'), printed.base, 'latest')
    expect((await owner.json('fingerprint', copy)).error?.code).toBe('project/bad-value')
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
    expect((await here.json('check', printed.project, '--memory')).error?.code).toBe('state/no-such-app')
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
