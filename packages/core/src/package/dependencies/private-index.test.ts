import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type ExpectStatic } from 'vitest'

import type { Environment } from '../interpreter.ts'
import { test as plain } from './testing/bench-test.ts'
import { openWheelIndex, type WheelIndex, type WheelIndexOptions } from './testing/wheel-index.ts'
import type { Workbench } from './testing/workbench.ts'

const password = 'hunter2'

const test = plain.extend<{ open: (options?: WheelIndexOptions) => Promise<WheelIndex> }>({
  open: async ({ bench }, use) => {
    const opened: WheelIndex[] = []
    await use(async (options = {}) => {
      opened.push(await openWheelIndex(bench.wheels, { credentials: `me:${password}`, ...options }))
      return opened.at(-1) as WheelIndex
    })
    for (const index of opened) await index.close()
  },
})

/** pip as a user has it: it knows of no folder of wheels. */
function withoutWheels(bench: Workbench, more: Environment): Environment {
  return { ...bench.env, PIP_NO_INDEX: undefined, PIP_FIND_LINKS: undefined, ...more }
}

/** Asserts that an installation succeeds, comes from the index and leaves the password nowhere. */
async function comesFrom(index: WheelIndex, bench: Workbench, more: Environment, expect: ExpectStatic): Promise<void> {
  bench.wheel('leaf', '1.0')
  const set = await bench.install('leaf\n', { env: withoutWheels(bench, more) })
  expect(set.lock.packages.map(({ name }) => name)).toEqual(['leaf', 'server'])
  expect(index.answered).toEqual(expect.arrayContaining(['/simple/leaf/', expect.stringMatching(/^\/files\/leaf-1/)]))
  const left = readdirSync(bench.cache, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  for (const entry of left) {
    const content = readFileSync(join(entry.parentPath, entry.name))
    expect(content.includes(password) || content.includes('127.0.0.1'), entry.name).toBe(false)
  }
}

describe('a private index', () => {
  test('with a password in PIP_INDEX_URL', async ({ bench, open, expect }) => {
    const index = await open()
    await comesFrom(index, bench, { PIP_INDEX_URL: `http://me:${password}@${index.address}` }, expect)
  })

  test('with a password in pip.conf', async ({ bench, open, expect }) => {
    const index = await open()
    const conf = bench.write('pip.conf', `[global]\nindex-url = http://me:${password}@${index.address}\n`)
    await comesFrom(index, bench, { PIP_CONFIG_FILE: conf }, expect)
  })

  test('with a password in .netrc, which is asked for after a refusal', async ({ bench, open, expect }) => {
    const index = await open()
    chmodSync(bench.write('.netrc', `machine 127.0.0.1 login me password ${password}\n`), 0o600)
    await comesFrom(index, bench, { PIP_INDEX_URL: `http://${index.address}` }, expect)
  })

  test('beside another one, in PIP_EXTRA_INDEX_URL', async ({ bench, open, expect }) => {
    const index = await open()
    mkdirSync(join(bench.folder, 'no wheels'))
    const empty = await openWheelIndex(join(bench.folder, 'no wheels'))
    const extra = { PIP_EXTRA_INDEX_URL: `http://me:${password}@${index.address}` }
    await comesFrom(index, bench, { PIP_INDEX_URL: `http://${empty.address}`, ...extra }, expect)
    expect(empty.refused).toContain(404)
    await empty.close()
  })

  test('that gives no hashes: the lock has that of the bytes that came', async ({ bench, open, expect }) => {
    const index = await open({ hashes: false })
    await comesFrom(index, bench, { PIP_INDEX_URL: `http://me:${password}@${index.address}` }, expect)
  })

  test('behind a certificate of its own, in PIP_CERT, and not without it', async ({ bench, open, expect }) => {
    const [key, cert] = [join(bench.folder, 'key.pem'), join(bench.folder, 'cert.pem')]
    const about = ['-subj', '/CN=wheels', '-addext', 'subjectAltName=IP:127.0.0.1']
    const rules = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
    execFileSync('openssl', [...rules, ...about, '-keyout', key, '-out', cert], { stdio: 'ignore' })
    const index = await open({ tls: { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') } })
    const url = { PIP_INDEX_URL: `https://me:${password}@${index.address}` }
    await expect(bench.install('', { env: withoutWheels(bench, url) })).rejects.toMatchObject({
      code: 'dependencies/unreachable',
    })
    await comesFrom(index, bench, { ...url, PIP_CERT: cert }, expect)
  })

  test('that refuses the password is an error without it', async ({ bench, open, expect }) => {
    const index = await open()
    const env = withoutWheels(bench, { PIP_INDEX_URL: `http://me:${password}-wrong@${index.address}` })
    const error: unknown = await bench.install('', { env }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'dependencies/unreachable', next: expect.stringContaining('.netrc') })
    expect(JSON.stringify([error, String(error)])).not.toContain(password)
  })
})

describe('a folder of wheels', () => {
  test('that requirements.txt names, beside it', async ({ bench, expect }) => {
    const set = await bench.install('--no-index\n--find-links ../wheels\nserver\n', { env: withoutWheels(bench, {}) })
    expect(set.lock.text).toContain('server==1.5')
    expect(set.lock.text).not.toContain(bench.folder)
  })
})
