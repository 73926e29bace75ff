import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../testing/temporary-folder.ts'
import { layout } from '../layout.ts'
import type { SupervisorPlan } from '../plan-file.ts'
import { interpreterInside, sandboxArguments } from './sandbox-arguments.ts'

const folder = temporaryFolder()
const gigabyte = 2 ** 30

describe('the sandbox', () => {
  const plan: SupervisorPlan = {
    hardware: gigabyte,
    storage: 10 ** 9,
    instance: '0'.repeat(32),
    launch: '{"schema":"mse-launch/1"}',
    address: '127.0.0.1',
    port: 8443,
    interpreter: { executable: '/usr/bin/python3.11', prefix: '/usr' },
    identity: '/home/a/.local/state/mse/software-platform.json',
    patience: 60,
    expires: null,
  }
  const given = (change: Partial<SupervisorPlan> = {}): string[] =>
    sandboxArguments(layout(folder()), { ...plan, ...change }, { seccomp: 4, info: 5 })
  const after = (list: string[], flag: string): string[][] =>
    list.flatMap((one, at) => (one === flag ? [list.slice(at + 1, at + 3)] : []))

  it('has nothing of the host that could be written but its own storage', () => {
    expect(after(given(), '--bind')).toEqual(
      ['root', 'key', 'mse-app'].map((name) => [join(folder(), 'plain', name), `/${name}`]),
    )
    expect(given()).not.toContain('--dev-bind')
  })

  it("sees nothing of the user's folders, of the platform's secret, or of other users' names", () => {
    const seen = [...after(given(), '--ro-bind'), ...after(given(), '--ro-bind-try')].map(
      ([source]) => source as string,
    )
    for (const secret of [plan.identity, '/etc/shadow', '/etc/passwd', '/etc/hostname', '/home', '/root', '/']) {
      expect(seen).not.toContain(secret)
    }
    const own = seen.filter((path) => path.startsWith(folder()))
    expect(own.toSorted()).toEqual(['etc/group', 'etc/passwd', 'package'].map((path) => join(folder(), path)))
  })

  it('gets an environment of its own, and exactly that', () => {
    expect(given()).toContain('--clearenv')
    expect(after(given(), '--setenv').map(([name]) => name)).toEqual(['MSE_LAUNCH', 'HOME', 'PATH', 'LANG'])
  })

  it('has no capabilities, no other processes, and a quarter of its memory as /tmp', () => {
    const list = given()
    expect(list[list.indexOf('--cap-drop') + 1]).toBe('ALL')
    for (const flag of ['--unshare-pid', '--unshare-ipc', '--new-session', '--die-with-parent'])
      expect(list).toContain(flag)
    expect(after(list, '--size')[0]?.[0]).toBe(String(gigabyte / 4))
    expect(after(list, '--seccomp')[0]?.[0]).toBe('4')
  })

  it('finds a Python that lies elsewhere at a place that says nothing about the host', () => {
    const prefix = join(folder(), 'home')
    for (const part of ['bin', 'lib/python3.11', 'state/mse', '.config/mse'])
      mkdirSync(join(prefix, part), { recursive: true })
    const interpreter = { executable: join(prefix, 'bin/python3.11'), prefix }
    expect(interpreterInside(interpreter)).toBe('/opt/python/bin/python3.11')
    const bound = after(given({ interpreter }), '--ro-bind').filter(([, inside]) => inside?.startsWith('/opt/python'))
    expect(bound).toEqual([
      [join(prefix, 'bin'), '/opt/python/bin'],
      [join(prefix, 'lib/python3.11'), '/opt/python/lib/python3.11'],
    ])
    expect(interpreterInside(plan.interpreter)).toBe('/usr/bin/python3.11')
    expect(interpreterInside({ executable: '/usrlocal/bin/python3', prefix: '/usrlocal' })).toBe(
      '/opt/python/bin/python3',
    )
  })
})
