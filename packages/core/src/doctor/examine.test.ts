import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { folders as foldersOf } from '../state/paths.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { examine } from './examine.ts'
import type { Machine } from './machine.ts'

const home = temporaryFolder()
const machine = (more: Partial<Machine> = {}): Machine => ({
  root: '/',
  folders: foldersOf({ HOME: home() }),
  env: process.env,
  signal: new AbortController().signal,
  now: () => new Date(),
  ...more,
})
/** A system without anything in it. */
const bare = (): string => mkdtempSync(join(home(), 'bare-'))

it('looks at everything once, leaves nothing behind, and has a next step for all that is not in order', async () => {
  const { platform, checks } = await examine(machine(), { platform: 'software' })
  expect(platform).toBe('software')
  const ids = checks.map((one) => one.id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ['host/node', 'host/python', 'host/space', 'host/clock', 'software/sandbox', 'host/sgx-aesm'])
    expect(ids).toContain(id)
  expect(checks.find((one) => one.id === 'host/node')).toMatchObject({ outcome: 'ok', detail: process.version })
  for (const one of checks.filter((one) => one.outcome !== 'ok')) expect(one.fix, one.id).toBeDefined()
})

it('a machine without Python is told how to get one, and is not asked for its pip', async () => {
  const { checks } = await examine(machine({ env: { PATH: bare() } }), { platform: 'software' })
  expect(checks.find((one) => one.id === 'host/python')).toMatchObject({
    outcome: 'failed',
    fix: 'sudo apt-get install --yes --no-install-recommends python3',
  })
  expect(checks.find((one) => one.id === 'host/pip')).toMatchObject({ outcome: 'skipped' })
})

it('what only another platform needs does not stand in the way, and what the chosen one needs does', async () => {
  const outcomes = async (platform: 'software' | 'container' | 'sgx'): Promise<Record<string, string>> => {
    const { checks } = await examine(machine({ root: bare(), env: { PATH: process.env['PATH'] } }), { platform })
    return Object.fromEntries(checks.map((one) => [one.id, one.outcome]))
  }
  expect(await outcomes('software')).toMatchObject({ 'host/sgx-enclave': 'skipped', 'host/engine': 'skipped' })
  expect(await outcomes('container')).toMatchObject({ 'host/sgx-enclave': 'skipped', 'host/engine': 'failed' })
  expect(await outcomes('sgx')).toMatchObject({ 'host/sgx-enclave': 'failed', 'host/engine': 'failed' })
})
