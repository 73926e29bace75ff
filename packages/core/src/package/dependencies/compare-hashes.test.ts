import { describe, expect, it } from 'vitest'

import { compareHashes, type ResolvedPackage } from './compare-hashes.ts'
import { readRequirement, type RequirementLine } from './requirement-line.ts'
import type { Requirements } from './requirements.ts'

const hash = { a: 'a'.repeat(64), b: 'b'.repeat(64), c: 'c'.repeat(64), d: 'd'.repeat(64) }

function line(origin: 'application' | 'launcher', written: string): RequirementLine {
  return readRequirement(origin, { file: 'requirements.txt', line: 1, written })
}

function requirements(...lines: string[]): Requirements {
  const application = lines.map((written) => line('application', written))
  return { requirements: [...application, line('launcher', 'server')], constraints: [], options: [] }
}

const resolved: readonly ResolvedPackage[] = [
  { name: 'app', version: '1', sha256: hash.a, needs: ['helper'] },
  { name: 'helper', version: '1', sha256: hash.b, needs: [] },
  { name: 'server', version: '1', sha256: hash.c, needs: ['socket'] },
  { name: 'socket', version: '1', sha256: hash.d, needs: [] },
]

describe('compareHashes', () => {
  it('asks for nothing when requirements.txt has no hashes', () => {
    expect(() => compareHashes(resolved, requirements('app'))).not.toThrow()
  })

  it('lets only what the launcher needs come without one', () => {
    const app = `app==1 --hash=sha256:${hash.a}`
    const helper = `helper==1 --hash=sha256:${hash.c} --hash=sha256:${hash.b}`
    expect(() => compareHashes(resolved, requirements(app, helper))).not.toThrow()
    expect(() => compareHashes(resolved, requirements(app))).toThrow(
      expect.objectContaining({ code: 'dependencies/hash-missing', message: expect.stringContaining('helper 1') }),
    )
  })

  it('refuses another hash, even of a package that the launcher needs as well', () => {
    expect(() => compareHashes(resolved.slice(3), requirements(`socket --hash=sha256:${hash.a}`))).toThrow(
      expect.objectContaining({ code: 'dependencies/hash-mismatch', found: hash.d }),
    )
  })
})
