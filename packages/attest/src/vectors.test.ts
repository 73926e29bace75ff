import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { toHex } from './bytes.ts'
import { parsePolicy, verifyEvidence } from './index.ts'
import { decodeEvidence } from './evidence.ts'
import { evidenceReportData, freshReportData } from './report-data.ts'

const vectors = join(import.meta.dirname, '../../../spec/vectors')
const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

/** A member that nobody knows fails the test, so that a vector cannot be half understood. */
function expectMembers(object: object, members: readonly string[]): void {
  expect(Object.keys(object).sort()).toEqual([...members].sort())
}

function read(file: string) {
  const whole = JSON.parse(readFileSync(join(vectors, file), 'utf8'))
  expectMembers(whole, ['comment', 'cases'])
  return whole.cases
}

interface ReportDataCase {
  readonly name: string
  readonly expect: 'ok'
  readonly point: string
  readonly sealing_key?: string
  readonly nonce?: string
  readonly report_data: string
}

const reportDataCases: readonly ReportDataCase[] = read('report-data.json')

describe('report-data.json', () => {
  it.each(reportDataCases)('$name', async (given) => {
    expect(given.expect).toBe('ok')
    if (given.sealing_key === undefined) {
      expectMembers(given, ['name', 'expect', 'point', 'nonce', 'report_data'])
      expect(toHex(await freshReportData(bytes(given.nonce ?? ''), bytes(given.point)))).toBe(given.report_data)
    } else {
      expectMembers(given, ['name', 'expect', 'point', 'sealing_key', 'report_data'])
      expect(toHex(await evidenceReportData(bytes(given.point), bytes(given.sealing_key)))).toBe(given.report_data)
    }
  })
})

interface EvidenceCase {
  readonly name: string
  readonly expect: string
  readonly now: string
  readonly policy: object
  readonly evidence: string
}

const evidenceCases: readonly EvidenceCase[] = read('evidence/software.json')

describe('evidence/software.json', () => {
  it.each(evidenceCases)('$name: $expect', async (given) => {
    expectMembers(given, ['name', 'expect', 'now', 'policy', 'evidence'])
    const evidence = decodeEvidence(new TextEncoder().encode(given.evidence))
    const verdict = verifyEvidence(evidence, parsePolicy(JSON.stringify(given.policy)), { now: new Date(given.now) })
    if (given.expect === 'ok') await expect(verdict).resolves.toBeDefined()
    else await expect(verdict).rejects.toMatchObject({ code: given.expect })
  })
})
