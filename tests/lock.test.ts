import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Person } from './support/mse.ts'
import { plainApp, writeProject } from './support/project.ts'

/** The lock that a project commits, from the command line. */
const ada = new Person()
const folder = mkdtempSync(join(tmpdir(), 'mse-lock-'))
afterAll(async () => {
  await ada.leave()
  rmSync(folder, { recursive: true })
})

interface Locked {
  readonly lock: string
  readonly python: string
  readonly byteCode: string | null
  readonly packages: readonly { readonly name: string; readonly via: readonly string[] }[]
  readonly changes: readonly string[]
}

interface PackageIndex {
  readonly python: string
  readonly files: readonly { readonly path: string }[]
}

/** A file of a package, out of whichever layer of its image has it. */
function fileOf(layout: string, path: string): string {
  const blobs = join(layout, 'blobs/sha256')
  for (const blob of readdirSync(blobs)) {
    const { status, stdout } = spawnSync('tar', ['-xOf', join(blobs, blob), `opt/mse/${path}`], { encoding: 'utf8' })
    if (status === 0) return stdout
  }
  throw new Error(`no layer of ${layout} has ${path}`)
}

const readIndex = (layout: string): PackageIndex => JSON.parse(fileOf(layout, 'index.json')) as PackageIndex

describe('mse lock', () => {
  const project = writeProject(folder, { name: 'locked', app: plainApp, requirements: 'idna>=3\n' })
  const lockFile = join(project, 'requirements.lock')

  it('writes the lock beside mse.toml and says what changed', async () => {
    const { data, error, code } = await ada.json<Locked>('lock', project)
    expect({ error, code, lock: data.lock }).toEqual({ error: null, code: 0, lock: lockFile })
    expect(data.packages.find(({ name }) => name === 'idna')?.via).toEqual(['requirements.txt'])
    expect(data.changes).toContainEqual(expect.stringMatching(/^idna 3\./))
    const again = await ada.json<Locked>('lock', project)
    expect(again.data.changes).toEqual([])
  })

  it('is what every packaging obeys, and lies in the package byte for byte', async () => {
    const output = join(folder, 'obeyed')
    expect((await ada.json('package', project, '--output', output)).code).toBe(0)
    expect(fileOf(output, 'requirements.lock')).toBe(readFileSync(lockFile, 'utf8'))
    expect(JSON.parse(fileOf(output, 'sbom.cdx.json')).metadata.component.name).toBe('locked')
  })

  it('that is stale is refused with the command that makes it again', async () => {
    appendFileSync(join(project, 'mse_src/requirements.txt'), 'colorama\n')
    const { error, code } = await ada.json('package', project, '--output', join(folder, 'stale'))
    expect({ code, error }).toMatchObject({ code: 1, error: { code: 'dependencies/lock-stale', next: 'mse lock' } })
    expect(existsSync(join(folder, 'stale'))).toBe(false)
  })

  it('that is damaged is refused, and made again by the same command', async () => {
    writeFileSync(lockFile, readFileSync(lockFile, 'utf8').replace('sha256:', 'sha512:'))
    const refused = await ada.json('package', project, '--output', join(folder, 'damaged'))
    expect(refused.error?.code).toBe('dependencies/lock')
    expect((await ada.json('lock', project)).code).toBe(0)
    expect((await ada.json('package', project, '--output', join(folder, 'mended'))).code).toBe(0)
  })
})

describe('the key python', () => {
  const ours = execFileSync('python3', ['-c', 'import sys; print(sys.version_info[1])'], { encoding: 'utf8' }).trim()
  /** Not that of this machine, which runs pip. */
  const wanted = ours === '13' ? '3.12' : '3.13'
  const project = writeProject(folder, { name: 'other-python', app: plainApp, toml: `python = "${wanted}"\n` })

  it('packages for another Python than that of this machine, without byte code, and says so', async () => {
    const here = new Person({ MSE_PYTHON: 'python3' })
    const output = join(folder, 'other')
    const { warnings, error } = await here.json('package', project, '--output', output)
    expect(error).toBeNull()
    expect(warnings).toContainEqual(expect.stringContaining(wanted))
    const { python, files } = readIndex(output)
    expect(python).toBe(wanted)
    expect(files.filter(({ path }) => path.endsWith('.pyc'))).toEqual([])
    const modules = files.map(({ path }) => path).filter((path) => /\.cpython-\d+-/.test(path))
    expect(modules).not.toEqual([])
    expect(modules.filter((path) => !path.includes(`.cpython-${wanted.replace('.', '')}-`))).toEqual([])
    await here.leave()
  })

  it('is obeyed by a launch: the Python of this machine does not run it', async () => {
    const here = new Person({ MSE_PYTHON: 'python3' })
    const { error, code } = await here.json('deploy', project)
    expect({ code, error }).toMatchObject({ code: 5, error: { code: 'environment/python' } })
    await here.leave()
  })
})
