import { expect, it } from 'vitest'
import { MseError } from '../error.ts'
import { demandCertificate } from './demand-certificate.ts'

it('takes a certificate', () => {
  const evidence = { certificate: new Uint8Array(1) }
  expect(demandCertificate(evidence)).toBe(evidence)
})

it('refuses the quote of an enclave that somebody else shows', () => {
  const demand = () => demandCertificate({ quote: new Uint8Array(1) })
  expect(demand).toThrow(MseError)
  expect(demand).toThrow(expect.objectContaining({ code: 'evidence/bare-quote' }))
})
