import { describe, expect, it } from 'vitest'
import { FormatError } from '../error.ts'
import { certificateToPem, pemToDers } from './pem.ts'

const one = Uint8Array.from({ length: 100 }, (_, index) => index)
const pem = certificateToPem(one)

it('writes 64 columns and a final newline', () => {
  const lines = pem.split('\n')
  expect(lines[0]).toBe('-----BEGIN CERTIFICATE-----')
  expect(lines.slice(1, -2).map(({ length }) => length)).toEqual([64, 64, 8])
  expect(lines.at(-1)).toBe('')
})

it('reads what quotes bring', () => {
  for (const text of [pem, pem.trim(), pem.replaceAll('\n', '\r\n'), pem.replaceAll('\n', ''), `\n${pem}\n\n`]) {
    expect(pemToDers(text)).toEqual([one])
  }
  expect(pemToDers(pem.trim() + pem.trim() + pem)).toEqual([one, one, one])
})

describe('refuses', () => {
  it.each([
    ['nothing', ''],
    ['text before', `here: ${pem}`],
    ['text after', `${pem}.`],
    ['text between', `${pem}and${pem}`],
    ['no end', pem.slice(0, -20)],
    ['an end twice', `${pem}-----END CERTIFICATE-----`],
    ['another label', pem.replaceAll('CERTIFICATE', 'PUBLIC KEY')],
    ['headers', pem.replace('-----\n', '-----\nProc-Type: 4\n\n')],
    ['no padding', pem.replace('=', '')],
    ['unused bits that are set', pem.replace(/.=/, 'x=')],
    ['base64url', pem.replace(/[A-Z]/g, (letter) => (letter === 'J' ? '-' : letter)).replace('+', '-')],
    ['a NUL inside', pem.replace('\n', '\n\0')],
    ['a space after it', `${pem} `],
    ['a vertical tab', pem.replace('\n', '\n\v')],
    ['a no-break space', `${pem}\u00a0`],
    ['a byte order mark', `\ufeff${pem}`],
  ])('%s', (_, text) => {
    expect(() => pemToDers(text)).toThrow(FormatError)
  })
})
