// Each check that a DCAP verifier owes, in the numbering of docs/dcap-checks.md, and how to take it away: in which file, which text
// (it stands there exactly once), what to put in its place. Where a check has parts, each part is taken away by itself.
// `tests` are the files to try first.
import { certificates } from './ways/certificates.mjs'
import { documents } from './ways/documents.mjs'
import { policy } from './ways/policy.mjs'
import { quote } from './ways/quote.mjs'
import { quotingEnclave } from './ways/quoting-enclave.mjs'
import { revocation } from './ways/revocation.mjs'
import { tcb } from './ways/tcb.mjs'

const attest = (...names) => names.map((name) => `packages/attest/src/${name}`)

export const ways = [
  ...near(quote, attest('quote', 'attacks.test.ts')),
  ...near(certificates, attest('attacks.test.ts', 'quote', 'x509', 'collateral')),
  ...near(revocation, attest('collateral')),
  ...near(documents, attest('collateral')),
  ...near(quotingEnclave, attest('quote', 'tcb', 'attacks.test.ts')),
  ...near(tcb, attest('tcb', 'policy', 'verify.test.ts')),
  ...near(policy, [
    ...attest('policy', 'ra-tls', 'attacks.test.ts', 'verify.test.ts'),
    'packages/core/src/attest/channel.test.ts',
  ]),
]

function near(ways, tests) {
  return ways.map(([number, title, file, from, to]) => ({ number, title, file, from, to, tests }))
}
