import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalJson } from '@mse/core/package/canonical-json'
import { call } from './support/https.ts'
import { bin, Person, type Deployed } from './support/mse.ts'
import { plainApp, writeProject } from './support/project.ts'

/**
 * An owner and an operator who exchange files only: package → evidence → bundle. The operator's platform is pinned by the owner
 * in a policy; secrets.json is the operator's to read and not to choose.
 */
const owner = new Person()
const operator = new Person()
const secrets = JSON.stringify({ login: 'the operator may read this' })
const sealed = JSON.stringify({ key: 'the operator may not read this' })
let project: string
let url: string
let evidence: string
let policy: string

beforeAll(async () => {
  const files = { 'secrets.json': secrets, 'secrets_to_seal.json': sealed }
  project = writeProject(owner.home, { name: 'handed', toml: 'storage = "64m"\n', app: plainApp, files })
  expect((await owner.mse('package', project, '--output', join(owner.home, 'handed.pkg'))).code).toBe(0)
  cpSync(join(owner.home, 'handed.pkg'), join(operator.home, 'handed.pkg'), { recursive: true })
})
beforeEach(spawn)
afterAll(async () => {
  await operator.leave()
  await owner.leave()
})

/** The operator starts the package; the owner gets the evidence, and believes in the operator's root because they choose to. */
async function spawn(): Promise<void> {
  const { data, error } = await operator.json<{ url: string; folder: string }>(
    'spawn',
    '--package',
    join(operator.home, 'handed.pkg'),
  )
  expect(error).toBeNull()
  url = data.url
  evidence = join(owner.home, 'evidence.json')
  expect((await operator.mse('evidence', 'handed', '--output', evidence)).code).toBe(0)
  policy = join(owner.home, 'policy.json')
  cpSync(join(data.folder, 'policy.json'), policy)
}

async function seal(output: string): Promise<void> {
  const words = ['seal', project, '--evidence', evidence, '--policy', policy, '--output', output, '--force']
  const { code, stderr } = await owner.mse(...words)
  expect(stderr).not.toContain('error')
  expect(code).toBe(0)
}

const operatorsSecrets = (content: string): string => {
  const file = join(operator.home, 'secrets.json')
  writeFileSync(file, content, { mode: 0o600 })
  return file
}

async function run(
  bundle: string,
  content: string,
): Promise<{ exit: number | null; code: string | undefined; data: Deployed }> {
  const { code, error, data } = await operator.json<Deployed>(
    'run',
    'handed',
    '--bundle',
    bundle,
    '--secrets',
    operatorsSecrets(content),
  )
  return { exit: code, code: error?.code, data }
}

type Said = Readonly<Record<string, string | number | null>>

interface Verified {
  readonly reportData: string
}

/** The file with other members, and the file with another bundle inside. */
const saying = (file: Buffer, change: Said): Buffer =>
  Buffer.from(`${canonicalJson({ ...(JSON.parse(file.toString()) as Said), ...change })}\n`)
const inside = (file: Buffer, damage: (age: Buffer) => Buffer): Buffer => {
  const { bundle } = JSON.parse(file.toString()) as { bundle: string }
  return saying(file, { bundle: damage(Buffer.from(bundle, 'base64')).toString('base64') })
}

describe('a bundle that the owner has sealed', () => {
  it('provisions the enclave that it was sealed to', async () => {
    const bundle = join(operator.home, 'bundle')
    await seal(bundle)
    expect(readFileSync(bundle).includes('the operator may not read this')).toBe(false)
    const { data, code } = await run(bundle, secrets)
    expect(code).toBeUndefined()
    expect((await call(`${url}/secrets`, data.certificate)).body).toBe(secrets)
    expect((await call(`${url}/sealed`, data.certificate)).body).toBe(sealed)
  })

  it('is not looked for where there is none: usage/bundle', async () => {
    expect(await run(join(operator.home, 'nowhere'), secrets)).toMatchObject({ exit: 2, code: 'usage/bundle' })
  })

  it('does not provision with another secrets.json, and still does with the right one', async () => {
    const bundle = join(operator.home, 'bundle')
    await seal(bundle)
    const refused = await run(bundle, JSON.stringify({ login: 'chosen by the operator' }))
    expect(refused).toMatchObject({ exit: 3, code: 'provision/secrets' })
    expect((await run(bundle, secrets)).code).toBeUndefined()
  })

  it('is refused by a later launch of the same package: a replay', async () => {
    const bundle = join(operator.home, 'old-bundle')
    await seal(bundle)
    await spawn()
    expect(await run(bundle, secrets)).toMatchObject({ exit: 3, code: 'provision/other-instance' })
    const nameless = join(operator.home, 'nameless')
    writeFileSync(nameless, saying(readFileSync(bundle), { instance: null }))
    expect(await run(nameless, secrets)).toMatchObject({ exit: 3, code: 'provision/other-launch' })
    // The file may say what it likes: the launcher looks at what is sealed.
    const { data: proved } = await operator.json<Verified>('verify', evidence, '--policy', policy)
    const renamed = join(operator.home, 'renamed')
    writeFileSync(renamed, saying(readFileSync(bundle), { instance: null, report_data: proved.reportData }))
    expect(await run(renamed, secrets)).toMatchObject({ exit: 3, code: 'provision/unopenable' })
    const { data } = await operator.json<{ state: string }>('status', 'handed')
    expect(data.state).toBe('waiting')
  })

  it.each([
    ['truncated', (file: Buffer) => file.subarray(0, -3), 'provision/malformed'],
    ['extended', (file: Buffer) => Buffer.concat([file, Buffer.of(0)]), 'provision/malformed'],
    ['no bundle at all', () => Buffer.from('nothing'), 'provision/malformed'],
    ['truncated inside', (file: Buffer) => inside(file, (age) => age.subarray(0, -1)), 'provision/malformed'],
    [
      'extended inside',
      (file: Buffer) => inside(file, (age) => Buffer.concat([age, Buffer.of(0)])),
      'provision/malformed',
    ],
    [
      'oversized inside',
      (file: Buffer) => inside(file, (age) => Buffer.concat([age, Buffer.alloc(2 << 20)])),
      'provision/oversized',
    ],
    [
      'said to be of another version',
      (file: Buffer) => saying(file, { fingerprint: '0'.repeat(64) }),
      'provision/other-version',
    ],
    ['said to be of another application', (file: Buffer) => saying(file, { name: 'other' }), 'provision/other-app'],
    ['over', (file: Buffer) => saying(file, { expires: 1 }), 'provision/expired'],
  ])('is refused when it is %s, and a good one still works', async (_, damage, code) => {
    const bundle = join(operator.home, 'bundle')
    await seal(bundle)
    const damaged = join(operator.home, 'damaged')
    writeFileSync(damaged, damage(readFileSync(bundle)))
    expect(await run(damaged, secrets)).toMatchObject({ exit: 3, code })
    expect((await run(bundle, secrets)).code).toBeUndefined()
  })

  it('is not handed to an enclave whose package has been changed since it was started', async () => {
    const bundle = join(operator.home, 'bundle')
    await seal(bundle)
    const { data } = await operator.json<{ certificate: string }>('status', 'handed')
    expect(data).toBeDefined()
    const { folder } = (
      await operator.json<{ folder: string }>('spawn', '--package', join(operator.home, 'handed.pkg'))
    ).data
    writeFileSync(join(folder, 'package/site-packages/a2wsgi/__init__.py'), 'raise SystemExit')
    expect(await run(bundle, secrets)).toMatchObject({ exit: 3, code: 'package/file-changed' })
  })
})

describe('an owner who seals', () => {
  it('through pipes: other secrets come in, the bundle goes out, and no file is overwritten', async () => {
    const words = ['seal', project, '--evidence', evidence, '--policy', policy, '--input', '-']
    const pipe = (...more: string[]): ReturnType<typeof spawnSync> =>
      spawnSync(process.execPath, [bin, ...words, ...more], { env: owner.env, input: '{"another":"secret"}' })
    const { status, stdout } = pipe()
    expect(status).toBe(0)
    expect(JSON.parse(stdout.toString())).toMatchObject({ schema: 'mse-bundle-file/1', name: 'handed' })
    writeFileSync(join(owner.home, 'taken'), 'mine')
    expect(pipe('--output', join(owner.home, 'taken'))).toMatchObject({ status: 2 })
    expect(readFileSync(join(owner.home, 'taken'), 'utf8')).toBe('mine')
  })

  it('does not believe evidence of a software enclave that nobody has named', async () => {
    const { code, error } = await owner.json(
      'seal',
      project,
      '--evidence',
      evidence,
      '--output',
      join(owner.home, 'none'),
    )
    expect({ code, error: error?.code }).toEqual({ code: 3, error: 'policy/platform' })
  })

  it('does not seal to the enclave of another version of the project', async () => {
    const changed = writeProject(owner.home, {
      name: 'handed-changed',
      toml: 'storage = "64m"\n',
      app: `${plainApp}\n# changed\n`,
    })
    writeFileSync(join(changed, 'mse.toml'), readFileSync(join(project, 'mse.toml')))
    const sealTo = async (file: string): Promise<string | undefined> => {
      const words = ['seal', changed, '--evidence', file, '--policy', policy, '--output', join(owner.home, 'none')]
      return (await owner.json(...words)).error?.code
    }
    expect(await sealTo(evidence)).toBe('evidence/other-version')
    // What the file says of itself may be left out: then the enclave's own measurement tells.
    const silent = join(owner.home, 'silent.json')
    const { about: _, ...said } = JSON.parse(readFileSync(evidence, 'utf8')) as Record<string, unknown>
    writeFileSync(silent, JSON.stringify(said))
    expect(await sealTo(silent)).toBe('policy/measurement')
  })
})

describe('the file of evidence', () => {
  interface Said {
    readonly schema: string
    readonly about: { readonly name: string; readonly fingerprint: string; readonly instance: string }
  }
  const read = (): Said => JSON.parse(readFileSync(evidence, 'utf8')) as Said
  const sealTo = async (file: string): Promise<{ code: number | null; error?: string | undefined }> => {
    const words = [
      'seal',
      project,
      '--policy',
      policy,
      '--output',
      join(owner.home, 'x'),
      '--force',
      '--evidence',
      file,
    ]
    const { code, error } = await owner.json(...words)
    return { code, error: error?.code }
  }
  const changed = (about: Partial<Said['about']>): string => {
    const file = join(owner.home, 'changed.json')
    writeFileSync(file, JSON.stringify({ ...read(), about: { ...read().about, ...about } }))
    return file
  }

  it('says what it is, of which application, version and launch; the bundle says it back', async () => {
    const { data } = await operator.json<{ fingerprint: string; instance: string }>('status', 'handed')
    const about = { name: 'handed', fingerprint: data.fingerprint, instance: data.instance }
    expect(read()).toMatchObject({ schema: 'mse-evidence/1', about })
    const bundle = join(operator.home, 'bundle')
    await seal(bundle)
    expect(JSON.parse(readFileSync(bundle, 'utf8'))).toMatchObject({ schema: 'mse-bundle-file/1', ...about })
  })

  it.each([
    ['another application', { name: 'other' }, 'evidence/other-app'],
    ['another version', { fingerprint: '0'.repeat(64) }, 'evidence/other-version'],
  ])('that says to be of %s is refused', async (_, about, code) => {
    expect(await sealTo(changed(about))).toEqual({ code: 3, error: code })
  })

  it('that lies about its launch makes a bundle that this launch refuses', async () => {
    evidence = changed({ instance: '3fa85f6457174562b3fc2c963f66afa6' })
    const bundle = join(operator.home, 'bundle')
    await seal(bundle)
    expect(await run(bundle, secrets)).toMatchObject({ exit: 3, code: 'provision/other-instance' })
  })

  it('is told apart from the other files that are handed over, and they from it', async () => {
    const bundle = join(operator.home, 'bundle')
    await seal(bundle)
    expect(await sealTo(bundle)).toEqual({ code: 3, error: 'evidence/other-kind' })
    expect((await owner.json('verify', bundle, '--policy', policy)).error?.code).toBe('evidence/other-kind')
    expect((await owner.json('verify', policy, '--policy', policy)).error?.code).toBe('evidence/other-kind')
    expect(await run(evidence, secrets)).toMatchObject({ exit: 3, code: 'provision/malformed' })
    expect((await operator.json('spawn', '--package', evidence)).error?.code).toBe('image/tar')
  })

  it('of a URL says nothing of itself, and does as well', async () => {
    expect((await owner.mse('evidence', url, '--output', evidence)).code).toBe(0)
    expect(read().about).toBeUndefined()
    expect((await sealTo(evidence)).code).toBe(0)
  })
})
