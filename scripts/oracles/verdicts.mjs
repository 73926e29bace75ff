// What this verifier and others say of the same evidence: `accept:STATUS` or `reject`, with the reason.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from '../setup.mjs'

const { QuoteVerifier } = createRequire(import.meta.url)('@phala/dcap-qvl')

/** `@phala/dcap-qvl`, JavaScript. @param given.raw collateral as the shared data has it @param given.rootDer of the trusted root */
export function javascriptVerdict({ quote, raw, time, rootDer }) {
  try {
    const hex = (text) => Buffer.from(text, 'hex')
    const collateral = {
      ...raw,
      root_ca_crl: hex(raw.root_ca_crl),
      pck_crl: hex(raw.pck_crl),
      tcb_info_signature: hex(raw.tcb_info_signature),
      qe_identity_signature: hex(raw.qe_identity_signature),
    }
    const { status } = QuoteVerifier.newWithRootCa(Buffer.from(rootDer)).verify(Buffer.from(quote), collateral, time)
    return { text: `accept:${status}` }
  } catch (error) {
    return { text: 'reject', reason: String(error.cause?.message ?? error.message) }
  }
}

/** `dcap-qvl` of PyPI, which is the Rust library: a process that answers one line of JSON with another. */
export function startPython(interpreter) {
  const child = spawn(interpreter, [join(root, 'scripts/oracles/python_verdicts.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async verdict({ quote, raw, time, rootDer }) {
      const given = {
        quote: Buffer.from(quote).toString('hex'),
        collateral: raw,
        time,
        root: Buffer.from(rootDer).toString('hex'),
      }
      child.stdin.write(`${JSON.stringify(given)}\n`)
      return JSON.parse((await lines.next()).value)
    },
    stop: () => child.stdin.end(),
  }
}
