import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'vitest'

import type { Interpreter } from '../interpreter.ts'
import type { InstalledSet } from './installed-set.ts'
import { run } from './run.ts'
import { test } from './testing/bench-test.ts'
import type { Workbench } from './testing/workbench.ts'

const names = (set: InstalledSet): string[] => set.lock.packages.map(({ name, version }) => `${name} ${version}`)

/** For Python 3.13, without one to compile: on any machine. */
const forThirteen = { target: { python: '3.13' }, compiler: undefined } as const

/**
 * A Python that believes to run on a Mac: what pip finds out about its machine is wrong for every enclave.
 * `--system-site-packages` gives it the pip of the machine.
 */
function macOwner(bench: Workbench): Interpreter {
  const venv = join(bench.folder, 'mac')
  const rules = ['-m', 'venv', '--without-pip', '--system-site-packages', venv]
  execFileSync(bench.interpreter.executable, rules)
  const packages = join(venv, `lib/python${bench.interpreter.minor}/site-packages`)
  writeFileSync(join(packages, 'on_a_mac.pth'), 'import on_a_mac\n') // Debian has a sitecustomize of its own
  writeFileSync(
    join(packages, 'on_a_mac.py'),
    `import platform, sys, sysconfig, types
sys.modules['_scproxy'] = types.SimpleNamespace(_get_proxy_settings=dict, _get_proxies=dict)
sysconfig.get_config_vars() # read as long as the platform is known
sys.platform = 'darwin'
platform.system, platform.machine = lambda: 'Darwin', lambda: 'arm64'
platform.release, platform.version = lambda: '24.0', lambda: 'Darwin Kernel'
platform.mac_ver = lambda *_: ('15.0', ('', '', ''), 'arm64')
platform.libc_ver = lambda *_: ('', '')
sysconfig.get_platform = lambda: 'macosx-15.0-arm64'
`,
  )
  return { ...bench.interpreter, executable: join(venv, 'bin/python') }
}

/** Packages whose resolution shows every way in which the machine of the owner could decide. */
function revealingWheels(bench: Workbench): string {
  const conditions = [
    `old ; python_version < '3.13'`,
    `new ; python_version >= '3.13'`,
    `older ; python_full_version < '3.13.1'`,
    `mac ; sys_platform == 'darwin' or platform_machine == 'arm64'`,
    `linux ; platform_system == 'Linux' and os_name == 'posix'`,
  ]
  bench.wheel('app', '1.0', { requires: conditions, requiresPython: '>=3.13' })
  for (const name of ['old', 'new', 'older', 'mac', 'linux']) bench.wheel(name, '1.0')
  bench.wheel('native', '1.0', { tag: 'cp312-cp312-manylinux_2_17_x86_64' })
  bench.wheel('native', '1.1', { tag: 'cp313-cp313-manylinux2014_x86_64.manylinux_2_17_x86_64' })
  bench.wheel('native', '1.2', { tag: 'cp39-abi3-manylinux_2_34_x86_64' })
  bench.wheel('native', '1.3', { tag: 'cp313-cp313-manylinux_2_35_x86_64' })
  bench.wheel('native', '1.4', { tag: 'cp313-cp313t-manylinux_2_17_x86_64' })
  bench.wheel('native', '1.5', { tag: 'cp313-cp313-macosx_11_0_arm64' })
  bench.wheel('native', '1.6', { tag: 'cp313-cp313-musllinux_1_2_x86_64' })
  bench.wheel('native', '1.7', { tag: 'cp313-cp313-manylinux_2_17_aarch64' })
  bench.wheel('modern', '1.0')
  bench.wheel('modern', '2.0', { requiresPython: '>=3.14' })
  return 'app\nnative\nmodern\n'
}

const expected = ['app 1.0', 'linux 1.0', 'modern 1.0', 'native 1.2', 'new 1.0', 'older 1.0', 'server 1.5']

describe('wheels are chosen for the Python and the system of the enclave', () => {
  test('by a Python of another version', async ({ bench, expect }) => {
    expect(names(await bench.install(revealingWheels(bench), forThirteen))).toEqual(expected)
  })

  test('by a Python on a Mac, with the same lock and the same tree', async ({ bench, expect }) => {
    const requirements = revealingWheels(bench)
    const interpreter = macOwner(bench)
    const question = 'import sys, platform; print(sys.platform, platform.machine())'
    const { output } = await run([interpreter.executable, '-I', '-c', question], {
      cwd: '/',
      env: {},
      signal: undefined,
    })
    expect(output).toBe('darwin arm64')
    const here = await bench.install(requirements, forThirteen)
    const cacheDirectory = join(bench.folder, 'cache of the Mac')
    const mac = await bench.install(requirements, { ...forThirteen, interpreter, cacheDirectory })
    expect(names(mac)).toEqual(expected)
    expect({ text: mac.lock.text, files: mac.files }).toEqual({ text: here.lock.text, files: here.files })
  })

  test('and one that there is no wheel for is an error about its line', async ({ bench, expect }) => {
    bench.wheel('native', '1.0', { tag: 'cp313-cp313-macosx_11_0_arm64' })
    await expect(bench.install('server\nnative\n', forThirteen)).rejects.toMatchObject({
      code: 'dependencies/no-wheel',
      message: expect.stringMatching(/^requirements\.txt:2: native: /),
    })
  })

  test('not by settings of pip that name another one', async ({ bench, expect }) => {
    const conf = '[global]\nplatform = win_amd64\nabi = cp27m\npython-version = 2.7\nimplementation = pp\n'
    const env = { ...bench.env, PIP_CONFIG_FILE: bench.write('pip.conf', conf), PIP_PLATFORM: 'win_amd64' }
    expect(names(await bench.install(revealingWheels(bench), { ...forThirteen, env }))).toEqual(expected)
  })
})

test('a lock says of every wheel what it is for, extras and what they bring included', async ({ bench, expect }) => {
  const extras = ['fast', 'slow']
  bench.wheel('app', '1.0', { requires: [`lib[fast]>=1`, `unused ; extra == 'never'`] })
  bench.wheel('lib', '1.0', { requires: [`speed ; extra == 'fast'`, `slow ; extra == 'slow'`, `server`], extras })
  for (const name of ['speed', 'slow', 'unused']) bench.wheel(name, '1.0')
  const { lock } = await bench.install('app\nslow\n')
  expect(Object.fromEntries(lock.packages.map(({ name, via }) => [name, via.join(', ')]))).toEqual({
    app: 'requirements.txt',
    lib: 'app',
    server: 'the launcher, lib',
    slow: 'requirements.txt',
    speed: 'lib',
  })
})
