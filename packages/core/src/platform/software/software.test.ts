import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { combineFixes } from '../../doctor/combine-fixes.ts'
import { refusal } from '../../testing/refuses.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { diagnose } from './diagnose.ts'
import { existingRoot, identityFile, softwareIdentity } from './identity.ts'
import { keyDigest } from './key-digest.ts'
import { layout, perishable } from './layout.ts'
import { findTool, installCommand, requireTools, tools } from './tools.ts'

const folder = temporaryFolder()
afterEach(() => vi.unstubAllEnvs())
const now = (): Date => new Date()

describe('the identity of a software platform', () => {
  it('is made once, for many that ask at once, and readable by nobody else', async () => {
    const file = identityFile(join(folder(), 'state'))
    expect(await existingRoot(file)).toBeUndefined()
    const all = await Promise.all(Array.from({ length: 8 }, () => softwareIdentity(file, now)))
    expect(new Set(all.map((one) => one.platform.rootKeyHash)).size).toBe(1)
    expect(new Set(all.map((one) => one.secret.toString('hex'))).size).toBe(1)
    expect(await existingRoot(file)).toBe(all[0]?.platform.rootKeyHash)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder(), 'state')).mode & 0o777).toBe(0o700)
    expect(readdirSync(join(folder(), 'state'))).toHaveLength(1)
  })

  it('that was damaged is named, and not silently made anew: policies pin its root', async () => {
    const file = identityFile(folder())
    writeFileSync(file, '')
    await expect(softwareIdentity(file, now)).rejects.toThrow(refusal('state/damaged'))
    expect(statSync(file).size).toBe(0)
  })

  it('is another one for another user', async () => {
    const [one, other] = await Promise.all(
      ['a', 'b'].map((user) => softwareIdentity(identityFile(join(folder(), user)), now)),
    )
    expect(one?.platform.rootKeyHash).not.toBe(other?.platform.rootKeyHash)
    expect(one?.secret).not.toEqual(other?.secret)
  })
})

it('MRSIGNER is the SHA-256 of the raw key', () => {
  expect(keyDigest('00'.repeat(32))).toBe('66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925')
})

it('what goes with an enclave is all but its logs, its report and the lock of its supervisor', () => {
  const files = layout('/a')
  const { folder: _, lock, report, log, olderLog, ...others } = files
  expect(perishable(files).toSorted()).toEqual(Object.values(others).toSorted())
  expect([lock, report, log, olderLog].some((path) => perishable(files).includes(path))).toBe(false)
})

describe('tools', () => {
  const nothing = (): unknown => vi.stubEnv('PATH', mkdtempSync(join(folder(), 'path-')))

  it('are found on the path, or in /usr/sbin', async () => {
    expect(await findTool('sh')).toMatch(/\/sh$/)
    expect(await findTool('sh', folder())).toBeUndefined()
    expect(await findTool('no-such-program')).toBeUndefined()
  })

  it('missing ones are named, with the one command that installs them', async () => {
    nothing()
    const refused: unknown = await requireTools().catch((error: unknown) => error)
    expect(refused).toEqual(refusal('environment/tools'))
    const { message, next } = refused as { message: string; next: string }
    expect(message).toContain('bwrap')
    expect(next).toMatch(/^sudo apt-get install --yes --no-install-recommends [a-z0-9 -]+$/)
    expect(next).toContain('bubblewrap')
  })

  it('of one package are installed once', () => {
    expect(installCommand(tools)).toBe(
      'sudo apt-get install --yes --no-install-recommends bubblewrap e2fsprogs fuse2fs fuse3 gocryptfs util-linux',
    )
  })

  it('doctor says the same, and does not try a sandbox that cannot start', async () => {
    nothing()
    const diagnoses = await diagnose()
    expect(diagnoses.find((one) => one.id === 'software/bwrap')).toMatchObject({ outcome: 'failed' })
    expect(diagnoses.find((one) => one.id === 'software/sandbox')).toMatchObject({ outcome: 'skipped' })
    const [fix] = combineFixes(diagnoses)
    const { next } = (await requireTools().catch((error: unknown) => error)) as { next: string }
    expect(fix).toBe(next)
  })
})

describe('diagnose', () => {
  it('looks at everything, each under an id of its own, and has a fix for what failed', async () => {
    const diagnoses = await diagnose()
    const ids = diagnoses.map((one) => one.id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(expect.arrayContaining(tools.map((tool) => `software/${tool.program}`)))
    for (const one of diagnoses) {
      expect(one.id).toMatch(/^software\/[a-z0-9-]+$/)
      expect(one.detail).not.toBe('')
      expect(one.fix !== undefined).toBe(one.outcome === 'failed' || one.outcome === 'warning')
    }
  })
})
