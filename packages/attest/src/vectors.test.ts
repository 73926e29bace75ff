import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { toHex } from './bytes.ts'
import { decodeEvidence, parsePolicy, verifyEvidence } from './index.ts'
import { evidenceReportData, freshReportData } from './report-data.ts'

const vectors = join(import.meta.dirname, '../../../spec/vectors')
const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

function read<Case extends { readonly name: string }>(file: string): readonly Case[] {
  const { comment, cases, ...unknown } = JSON.parse(readFileSync(join(vectors, file), 'utf8'))
  expect(comment).toBeTypeOf('string')
  expect(unknown).toEqual({})
  return cases
}

interface ReportDataCase {
  readonly name: string
  readonly expect: 'ok'
  readonly point: string
  readonly sealing_key?: string
  readonly nonce?: string
  readonly report_data: string
}

describe('report-data.json', () => {
  it.each(read<ReportDataCase>('report-data.json'))('$name', async ({ name: _, expect: ok, point, report_data, ...over }) => {
    expect(ok).toBe('ok')
    expect(Object.keys(over)).toHaveLength(1)
    if (over.sealing_key !== undefined) {
      expect(toHex(await evidenceReportData(bytes(point), bytes(over.sealing_key)))).toBe(report_data)
    } else {
      expect(toHex(await freshReportData(bytes(over.nonce ?? ''), bytes(point)))).toBe(report_data)
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

describe('evidence/software.json', () => {
  it.each(read<EvidenceCase>('evidence/software.json'))('$name: $expect', async ({ name: _, expect: code, ...given }) => {
    const { now, policy, evidence, ...unknown } = given
    expect(unknown).toEqual({})
    const run = async () => {
      const asked = parsePolicy(JSON.stringify(policy))
      return verifyEvidence(decodeEvidence(new TextEncoder().encode(evidence)), asked, { now: new Date(now) })
    }
    if (code === 'ok') await expect(run()).resolves.toBeDefined()
    else await expect(run()).rejects.toMatchObject({ code })
  })
})
