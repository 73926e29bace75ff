import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { expect, it } from 'vitest'

import { billOfMaterials } from './bill-of-materials.ts'
import type { InstalledSet } from './installed-set.ts'
import { readLock, writeLock, type LockFile, type LockedPackage } from './lock.ts'

const wheel = (name: string, version: string, ...via: string[]): LockedPackage => {
  return { name, version, sha256: 'ab'.repeat(32), via }
}

function installed(packages: readonly LockedPackage[]): InstalledSet {
  const target = { python: '3.11' }
  const text = writeLock({ target, byteCode: null, requirements: '11'.repeat(32), packages })
  const licences = { flask: { expression: 'BSD-3-Clause' }, torch: { name: 'BSD, but "modified"' } }
  return { directory: '/nowhere', lock: readLock(text) as LockFile, files: [], licences }
}

const set = installed([
  wheel('click', '8.1.7', 'flask', 'uvicorn'),
  wheel('flask', '3.0.0', 'requirements.txt'),
  wheel('torch', '2.1.0+cpu', 'requirements.txt'),
  wheel('uvicorn', '0.30.0', 'the launcher'),
])

it('is valid CycloneDX 1.6, and the validator refuses what is not', async () => {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6)
  const text = billOfMaterials('hello "world"', set)
  expect(await validator.validate(text)).toBeNull()
  expect(await validator.validate(text.replace('"SHA-256"', '"SHA-257"'))).not.toBeNull()
})

it('lists every wheel with hash, licence and address, and who needs it', () => {
  const bom = JSON.parse(billOfMaterials('hello', set))
  expect(bom.components[3]).toEqual({
    type: 'library',
    'bom-ref': 'pkg:pypi/torch@2.1.0%2Bcpu',
    name: 'torch',
    version: '2.1.0+cpu',
    purl: 'pkg:pypi/torch@2.1.0%2Bcpu',
    hashes: [{ alg: 'SHA-256', content: 'ab'.repeat(32) }],
    licenses: [{ license: { name: 'BSD, but "modified"' } }],
  })
  expect(bom.components[2].licenses).toEqual([{ expression: 'BSD-3-Clause' }])
  expect(bom.dependencies).toEqual([
    { ref: 'mse:application', dependsOn: ['mse:launcher', 'pkg:pypi/flask@3.0.0', 'pkg:pypi/torch@2.1.0%2Bcpu'] },
    { ref: 'mse:launcher', dependsOn: ['pkg:pypi/uvicorn@0.30.0'] },
    { ref: 'pkg:pypi/click@8.1.7', dependsOn: [] },
    { ref: 'pkg:pypi/flask@3.0.0', dependsOn: ['pkg:pypi/click@8.1.7'] },
    { ref: 'pkg:pypi/torch@2.1.0%2Bcpu', dependsOn: [] },
    { ref: 'pkg:pypi/uvicorn@0.30.0', dependsOn: ['pkg:pypi/click@8.1.7'] },
  ])
})
