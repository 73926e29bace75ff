import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fromBase64 } from '../base64.ts'
import { toHex } from '../bytes.ts'
import { AttestationError } from '../error.ts'
import { Ledger } from '../ledger.ts'
import { readRaTlsCertificate } from './certificate.ts'
import { judgeCertificate, proveCertificate } from './judge.ts'
import { readRaTls } from './read.ts'

const folder = join(import.meta.dirname, '../../../../spec/vectors')
const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

interface Named {
  readonly name: string
  readonly expect: string
}

/** A member that nobody knows fails the test, so that a vector cannot be half understood. */
function read<T extends Named>(file: string, always: readonly string[], ifOk: readonly string[]): readonly T[] {
  const { cases } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { cases: readonly T[] }
  for (const one of cases) {
    const members = ['name', 'expect', ...always, ...(one.expect === 'ok' ? ifOk : [])]
    expect(Object.keys(one).sort(), one.name).toEqual(members.sort())
  }
  return cases
}

async function outcome<T>(run: () => T | Promise<T>): Promise<T | string> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof AttestationError) return error.code
    throw error
  }
}

interface DiceCase extends Named {
  readonly evidence: string
  readonly quote: string
  readonly claims: string
  readonly algorithm: string
  readonly key_hash: string
  readonly nonce: string | null
}

describe('dice.json', () => {
  const ifOk = ['quote', 'claims', 'algorithm', 'key_hash', 'nonce']
  it.each(read<DiceCase>('dice.json', ['evidence'], ifOk))('$name: $expect', async (given) => {
    const extensions = [{ oid: '2.23.133.5.4.9', critical: false, value: bytes(given.evidence) }]
    const found = await outcome(() => readRaTls(new Ledger(), { extensions }))
    if (given.expect !== 'ok') expect(found).toBe(given.expect)
    else {
      expect(found).toMatchObject({
        scheme: 'DICE',
        quote: bytes(given.quote),
        claims: {
          encoded: bytes(given.claims),
          keyHash: { algorithm: given.algorithm, value: bytes(given.key_hash) },
          nonce: given.nonce === null ? undefined : bytes(given.nonce),
        },
      })
    }
  })
})

interface CertificateCase extends Named {
  readonly now: string
  readonly certificate: string
  readonly report_data: string
  readonly scheme: string
  readonly quote: string
}

describe('evidence/ra-tls.json', () => {
  const always = ['now', 'certificate', 'report_data']
  it.each(read<CertificateCase>('evidence/ra-tls.json', always, ['scheme', 'quote']))(
    '$name: $expect',
    async (given) => {
      const found = await outcome(async () => {
        const ledger = new Ledger()
        const certificate = readRaTlsCertificate(fromBase64(given.certificate))
        const raTls = readRaTls(ledger, certificate)
        const reportData = bytes(given.report_data)
        const proofs = await proveCertificate(certificate, raTls, reportData)
        judgeCertificate(ledger, certificate, raTls, proofs, { reportData, now: new Date(given.now) })
        return { scheme: raTls.scheme, quote: toHex(raTls.quote) }
      })
      expect(found).toEqual(given.expect === 'ok' ? { scheme: given.scheme, quote: given.quote } : given.expect)
    },
  )
})
