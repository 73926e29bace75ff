import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { exitCode, exitCodes, exitCodeTable, exitMeanings } from './exit-code.ts'

test.each([
  ['usage/unknown-command', 2],
  ['project/unknown-key', 2],
  ['evidence/oid', 3],
  ['quote/signature', 3],
  ['chain/root', 3],
  ['certificate/key-binding', 3],
  ['fresh/mismatch', 3],
  ['collateral/missing', 3],
  ['collateral/pin', 3],
  ['collateral/certificate', 3],
  ['collateral/offline', 1],
  ['collateral/not-found', 1],
  ['collateral/malformed', 1],
  ['collateral/unreachable', 6],
  ['collateral/unavailable', 6],
  ['collateral/timeout', 6],
  ['collateral/throttled', 6],
  ['policy/measurement', 3],
  ['policy/malformed', 2],
  ['policy/required', 2],
  ['package/signature', 3],
  ['package/file-changed-while-read', 1],
  ['package/unreadable', 1],
  ['dependencies/conflict', 1],
  ['provision/report-data', 3],
  ['provision/busy', 6],
  ['provision/timeout', 6],
  ['owner/key-permissions', 4],
  ['owner/not-yours', 3],
  ['manifest/syntax', 2],
  ['enclave/size', 1],
  ['sgx/insecure-manifest', 3],
  ['sgx/hardware', 2],
  ['sigstruct/signature', 3],
  ['sigstruct/date', 2],
  ['signing/command', 1],
  ['signing/passphrase', 4],
  ['signing/signature', 3],
  ['environment/no-bubblewrap', 5],
  ['launch/failed', 1],
  ['launch/timeout', 6],
  ['serve/unreachable', 6],
  ['serve/timeout', 6],
  ['serve/failed', 1],
  ['state/no-such-app', 1],
  ['state/busy', 1],
  ['internal/bug', 70],
  ['interrupted', 130],
  ['something/new', 1],
  ['toString', 1],
])('%s ends with %i', (code, exit) => {
  expect(exitCode(code)).toBe(exit)
})

test('every exit code that is used has a meaning', () => {
  for (const exit of Object.values(exitCodes)) expect(exitMeanings).toHaveProperty(String(exit))
})

test('docs/exit-codes.md holds the table of the code', () => {
  const page = readFileSync(new URL('../../../docs/exit-codes.md', import.meta.url), 'utf8')
  expect(page).toContain(exitCodeTable())
})
