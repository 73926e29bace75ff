import { expect, it } from 'vitest'
import { sgx } from '../testing/attack.test-case.ts'
import { certificateToPem } from '../x509/pem.ts'
import { readCertification } from './certification.ts'

const pem = sgx.certificates.map(certificateToPem).join('')

it.each([
  ['a NUL', `${pem}\0`],
  ['a line end', pem],
  ['nothing', pem.trimEnd()],
])('is read whole where the certificates are followed by %s', (_, text) => {
  expect(readCertification({ type: 5, data: new TextEncoder().encode(text) })).toEqual([...sgx.certificates])
})
