import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import * as attest from './index.ts'
import * as checks from './checks.ts'
import * as evidence from './evidence.ts'
import * as sources from './sources.ts'
import * as testing from './testing/index.ts'

const source = import.meta.dirname

it('exports this and nothing else', () => {
  expect(Object.keys(attest).sort()).toEqual([
    'AttestationError',
    'PolicyMismatch',
    'VerifiedEnclave',
    'VerifierMemo',
    'certificateToPem',
    'collateralNeed',
    'examineEvidence',
    'formatPolicy',
    'parsePolicy',
    'policyDigest',
    'strictSgxPolicy',
    'strictTdxPolicy',
    'verifyEvidence',
    'verifyFreshness',
  ])
  expect(Object.keys(checks)).toEqual(['titleOf'])
  expect(Object.keys(evidence).sort()).toEqual(['decodeEvidence', 'encodeEvidence'])
  expect(Object.keys(sources).sort()).toEqual([
    'CollateralError',
    'cachedSource',
    'collateralExpiry',
    'createPccs',
    'createPcs',
    'intelRootCaCrl',
    'pccsRootCaCrl',
  ])
  expect(Object.keys(testing).sort()).toEqual([
    'authority',
    'createHardware',
    'createPlatform',
    'crlNumber',
    'exampleCollateral',
    'exampleNeed',
    'extension',
    'generateKey',
    'hardwareVersions',
    'issueCertificate',
    'issueCrl',
    'keyCompromise',
    'keyIdentifiers',
    'loadPlatform',
    'makeEnclave',
    'pckExtension',
    'raTlsCertificate',
    'showKey',
    'usage',
  ])
})

it('imports nothing but itself, and reads no clock, network, environment or randomness', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(?<!\.test|\.test-case)\.ts$/.test(name),
  )
  expect(files.length).toBeGreaterThan(40)
  for (const name of files) {
    const text = readFileSync(join(source, name), 'utf8')
    for (const [, path] of text.matchAll(/from '([^']*)'/g)) expect(path, name).toMatch(/^\.\.?\//)
    expect(text, name).not.toMatch(/Date\.now|new Date\(\)|fetch\(|process\.|getRandomValues|Math\.random|import\(/)
    if (!name.startsWith('testing')) expect(text, name).not.toMatch(/\/testing\/|generateKey|subtle\.sign/)
    expect(text.split('\n').length, name).toBeLessThan(300)
  }
})

it('depends on nothing', () => {
  const manifest: object = JSON.parse(readFileSync(join(source, '../package.json'), 'utf8'))
  expect(manifest).not.toHaveProperty('dependencies')
})
