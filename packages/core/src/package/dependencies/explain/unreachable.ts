import type { MseError } from '../../../error.ts'
import { fault } from './line-at-fault.ts'

const network = new RegExp(
  [
    /Retrying \(/,
    /ConnectionPool/,
    /connection (?:error|broken)/,
    /confirming the ssl certificate/,
    /ReadTimeout|NetworkConnectionError|ProxyError/,
    /HTTP error \d+/,
    /\b5\d\d Server Error/,
  ]
    .map((one) => one.source)
    .join('|'),
  'i',
)

const reasons =
  /\[Errno -?\d+\] [\w ]+|certificate verify failed[^'"(\n]*|Cannot connect to proxy|timed out|\b\d{3} (?:Client|Server) Error[^:\n]*|HTTP error \d+/g

/** No answer from the index, or none but refusals. */
export function unreachable(output: string): MseError | undefined {
  // A single lost connection in a resolution that went on is not the reason why it failed.
  if (/\(from versions: (?!none)/.test(output)) return undefined
  const [, status] = /\b(401|403) (?:Client )?Error/.exec(output) ?? []
  if (status !== undefined) {
    return fault('unreachable', undefined, `the package index refuses access (HTTP ${status})`, {
      next: 'check the credentials in pip.conf, .netrc or the keyring',
    })
  }
  if (!network.test(output)) return undefined
  const reason = output.match(reasons)?.at(-1)?.trim()
  return fault('unreachable', undefined, `the package index does not answer${reason ? ` (${reason})` : ''}`, {
    next: "check the network, and the index and proxy that 'pip config list' shows",
  })
}
