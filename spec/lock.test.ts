import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { obeyLock, readLock, writeLock, type LockedPackage } from '@mse/core/package/dependencies/lock'
import { meaning, readRequirements } from '@mse/core/package/dependencies/requirements'
import { temporaryFolder } from '@mse/core/testing/temporary-folder'
import { readVectors, refuseUnknown } from './read-vectors.ts'

interface Case {
  readonly name: string
  readonly expect: 'ok' | 'dependencies/lock'
  readonly text?: string
  readonly gives?: {
    readonly python: string
    readonly byte_code: string | null
    readonly requirements: string
    readonly packages: readonly LockedPackage[]
  }
  readonly application?: string
  readonly launcher?: string
  readonly sha256?: string
}

const folder = temporaryFolder()

describe('lock.json', () => {
  it.each(readVectors<Case>('lock.json'))('$name', (one) => {
    const { name: _, expect: outcome, text, gives, application, launcher, sha256, ...unknown } = one
    refuseUnknown(unknown)
    if (text === undefined) {
      expect(meaningOf(application ?? '', launcher ?? '')).toBe(sha256)
      return
    }
    if (outcome !== 'ok') {
      expect(() => obeyLock(text, '', undefined)).toThrow(expect.objectContaining({ code: outcome }))
      return
    }
    const lock = readLock(text)
    expect(lock && writeLock(lock)).toBe(text)
    expect(lock).toEqual({
      target: { python: gives?.python },
      byteCode: gives?.byte_code,
      requirements: gives?.requirements,
      packages: gives?.packages,
      text,
    })
  })
})

function meaningOf(application: string, launcher: string): string {
  const [ours, theirs] = [join(folder(), 'requirements.txt'), join(folder(), 'launcher.txt')]
  writeFileSync(ours, application)
  writeFileSync(theirs, launcher)
  return meaning(readRequirements(ours, theirs, {}))
}
