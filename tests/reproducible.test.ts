import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeBase } from '../packages/core/src/testing/write-base.ts'
import { Person, root, type Envelope } from './support/mse.ts'
import { plainApp, writeProject } from './support/project.ts'

/**
 * One project and one code key in two clean systems: other roots, paths, users, umasks, time zones, languages, dates, and nothing in
 * any cache. Both packages are made by the real command, with dependencies that are resolved, fetched and installed there.
 */
const owner = new Person()
const scratch = mkdtempSync(join(tmpdir(), 'mse-reproducible-'))
let project: string
let base: string

/** Roots of their own need either root, or a kernel that lets users have namespaces. */
const hasSandbox = spawnSync('bwrap', ['--ro-bind', '/', '/', 'true']).status === 0

interface System {
  readonly home: string
  readonly tools: string
  readonly place: string
  readonly user: number
  readonly umask: string
  /** Seconds that the clock of mse is shifted by. */
  readonly shift: number
  readonly env: Readonly<Record<string, string>>
}

const one: System = {
  home: '/home/one',
  tools: '/opt/mse-tools',
  place: '/home/one/src',
  user: 1001,
  umask: '022',
  shift: 0,
  env: { TZ: 'UTC', LC_ALL: 'C.UTF-8' },
}
const two: System = {
  home: '/srv/second home',
  tools: '/usr-local/t',
  place: '/srv/second home/a/b/copy of it',
  user: 4242,
  umask: '077',
  shift: 400 * 86_400,
  env: { TZ: 'Pacific/Kiritimati', LC_ALL: 'C' },
}

beforeAll(async () => {
  project = writeProject(owner.home, {
    name: 'twice',
    toml: 'python = "3.11"\nhardware = "1g"\n',
    app: plainApp,
    requirements: 'itsdangerous==2.2.0\n',
  })
  writeBase(join(scratch, 'base'), '3.11')
  const { data } = await owner.json<{ digest: string } & Record<string, unknown>>(
    'base',
    'import',
    join(scratch, 'base'),
  )
  base = data.digest
  const toml = join(project, 'mse.toml')
  writeFileSync(toml, `base = "${base}"\n${readFileSync(toml, 'utf8')}`)
  // Makes the keys.
  expect((await owner.mse('fingerprint', project, '--platform', 'software')).code).toBe(0)
})
afterAll(async () => {
  await owner.leave()
  rmSync(scratch, { recursive: true, force: true })
})

interface Made {
  readonly digest: string
  readonly index: string
  readonly fingerprints: Readonly<Record<string, string>>
}

function madeIn(system: System, name: string): Made {
  const outside = join(scratch, name)
  mkdirSync(join(outside, 'home'), { recursive: true })
  cpSync(join(owner.home, '.config'), join(outside, 'home/.config'), { recursive: true })
  cpSync(project, join(outside, 'project'), { recursive: true })
  cpSync(join(scratch, 'base'), join(outside, 'home/base'), { recursive: true })
  hand(outside, system)
  const run = <T>(...words: string[]): T => inside<T>(system, outside, words)
  const fromBase = run<{ digest: string }>('base', 'import', `${system.home}/base`)
  expect(fromBase.digest).toBe(base)
  const { digest } = run<Made>('package', system.place, '--output', `${system.home}/made`)
  const { fingerprints } = run<Made>('fingerprint', `${system.home}/made`)
  const layout = join(outside, 'home/made')
  return { digest, fingerprints, index: readFileSync(join(layout, 'index.json'), 'utf8') }
}

/** Everything has times of its own there. */
function hand(folder: string, { shift }: System): void {
  for (const entry of [
    folder,
    ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((e) => join(folder, e)),
  ]) {
    utimesSync(entry, 1_000_000_000 + shift, 1_000_000_000 + shift)
  }
}

/** A command of mse in a system that shares programs with this one, and nothing else. */
function inside<T>(system: System, outside: string, words: readonly string[]): T {
  const { home, tools, place, user, umask, env } = system
  const shared = ['usr', 'etc', 'bin', 'lib', 'lib64', 'sbin'].flatMap((name) => [
    '--ro-bind-try',
    `/${name}`,
    `/${name}`,
  ])
  const node = process.execPath.startsWith('/usr/') ? [] : ['--ro-bind', process.execPath, process.execPath]
  const clock = `const D=Date,s=${system.shift * 1000};globalThis.Date=class extends D{constructor(...a){a.length?super(...a):super(D.now()+s)}static now(){return D.now()+s}}`
  const inherited = Object.entries(process.env).filter(([key]) =>
    /^(PATH|PIP_|SSL_|REQUESTS_|.*_PROXY|.*_proxy)/.test(key),
  )
  const all = {
    ...Object.fromEntries(inherited),
    ...env,
    HOME: home,
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(clock)}`,
  }
  const args = [
    ...['--unshare-user', '--unshare-pid', '--unshare-uts', '--hostname', `host-${user}`],
    ...['--uid', String(user), '--gid', String(user)],
    ...shared,
    ...node,
    ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'],
    ...['--bind', join(outside, 'home'), home, '--ro-bind', join(outside, 'project'), place],
    ...['--ro-bind', root, tools, '--chdir', '/', '--clearenv'],
    ...Object.entries(all).flatMap(([key, value]) => ['--setenv', key, value as string]),
    ...[
      'sh',
      '-c',
      'umask "$0" && exec "$@"',
      umask,
      process.execPath,
      `${tools}/packages/cli/bin/mse.js`,
      ...words,
      '--json',
    ],
  ]
  const { stdout, stderr } = spawnSync('bwrap', args, { encoding: 'utf8' })
  if (stdout === '') throw new Error(stderr)
  const { data, error } = JSON.parse(stdout) as Envelope<T>
  expect(error).toBeNull()
  return data
}

it.skipIf(!hasSandbox)(
  'two clean systems with nothing in common but the source make one package, one index and one fingerprint (skipped without bwrap)',
  () => {
    const [first, second] = [madeIn(one, 'one'), madeIn(two, 'two')]
    expect(Object.keys(first.fingerprints)).toEqual(['software', 'sgx', 'sgx-edmm'])
    expect(second).toEqual(first)
  },
)
