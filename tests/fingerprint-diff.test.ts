import { createHash, createPrivateKey } from 'node:crypto'
import { appendFileSync, cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { payloadTypes, signEnvelope } from '../packages/core/src/package/dsse.ts'
import { encodeIndex } from '../packages/core/src/package/index-file.ts'
import { Person } from './support/mse.ts'
import { PrintedPackage } from './support/printed-package.ts'
import { copyProject, edit } from './support/project.ts'

/** Why two packages, or a package and a project, do not have the same fingerprint. */
const printed = new PrintedPackage()
const { owner, at, copied } = printed
const other = `sha256:${'0'.repeat(64)}`

/** The package as a folder with a line more in these files, signed again by its owner: as if another version had made it. */
async function resigned(name: string, paths: readonly string[]): Promise<string> {
  const { directory, index } = await printed.packed()
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
    expect(await causes(at('made'), printed.project)).toEqual([])
    expect((await owner.mse('fingerprint', 'diff', at('made'), at('made'))).stdout).toBe('identical\n')
  })

  it('a file of the code, by its path', async () => {
    const copy = copyProject(printed.project, at('code-project'))
    appendFileSync(join(copy, 'mse_src/app.py'), '\n')
    expect(await causes(printed.project, copy)).toMatchObject([{ kind: 'code', name: 'app.py' }])
  })

  it('a key of the configuration, the base and a dependency, with what they were and are', async () => {
    const copy = copyProject(printed.project, at('many-project'))
    edit(join(copy, 'mse.toml'), printed.base, other)
    appendFileSync(join(copy, 'mse.toml'), 'threads = 3\n')
    writeFileSync(join(copy, 'mse_src/requirements.txt'), 'itsdangerous==2.2.0\n')
    expect(await causes(printed.project, copy)).toMatchObject([
      { kind: 'configuration', name: 'threads', before: '10', after: '3' },
      { kind: 'base', before: printed.base, after: other },
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
      printed.project,
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
    const found = await causes(printed.project, two)
    expect(found.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['code app.py', 'code moved.py', 'code new.py'])
    expect((await owner.mse('fingerprint', 'diff', two, printed.project)).stdout).toBe(
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
    expect((await copy.mse('package', printed.project, '--output', at('theirs'))).code).toBe(0)
    expect((await causes(at('made'), at('theirs'))).map(({ kind }) => kind)).toEqual(['owner'])
    await copy.leave()
  })
})
