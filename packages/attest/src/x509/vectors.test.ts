import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fromHex } from '../bytes.ts'
import { isSignedBy } from '../crypto.ts'
import { AttestationError } from '../error.ts'
import { Ledger } from '../ledger.ts'
import { readCertificate } from './certificate.ts'
import { readCrl } from './crl.ts'
import { readDer } from './der.ts'
import { readSignatureValue } from './signature-value.ts'

interface DerCase {
  readonly name: string
  readonly expect: string
  readonly kind: 'value' | 'certificate' | 'crl' | 'signature'
  readonly der: string
  readonly point?: string
  readonly message?: string
}

const file = join(import.meta.dirname, '../../../../spec/vectors/der.json')
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: readonly DerCase[] }

/** Reads as the verifier does for evidence. @returns `ok`, or the code of the refusal */
async function read({ kind, der, point = '', message = '' }: DerCase): Promise<string> {
  const bytes = fromHex(der)
  const ledger = new Ledger()
  if (kind === 'value') expect(ledger.decode('chain/malformed', () => readDer(bytes)).bytes).toEqual(bytes)
  if (kind === 'certificate')
    expect(ledger.decode('chain/malformed', () => readCertificate(bytes)).bytes).toEqual(bytes)
  if (kind === 'crl') expect(ledger.decode('crl/malformed', () => readCrl(bytes)).revoked.size).toBeLessThan(2)
  if (kind === 'signature') {
    const signature = ledger.decode('chain/malformed', () => readSignatureValue(bytes))
    ledger.require('chain/signature', await isSignedBy(fromHex(point), fromHex(message), signature))
  }
  return 'ok'
}

describe('der.json', () => {
  it('has cases of every kind, and whole ones', () => {
    expect([...new Set(cases.map(({ kind }) => kind))]).toEqual(['value', 'certificate', 'crl', 'signature'])
    for (const one of cases) {
      const members = ['name', 'expect', 'kind', 'der', ...(one.kind === 'signature' ? ['point', 'message'] : [])]
      expect(Object.keys(one)).toEqual(members)
    }
  })

  it.each(cases)('$name: $expect', async (given) => {
    const found = await read(given).catch((error: unknown) => {
      if (error instanceof AttestationError) return error.code
      throw error
    })
    expect(found).toBe(given.expect)
  })
})
