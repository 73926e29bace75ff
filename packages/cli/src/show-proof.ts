import type { QuoteVerdict, Verdict } from '@mse/attest'
import type { Proof } from '@mse/core/attest/verify-app'
import { currentPath, type App } from '@mse/core/state/app'
import { endpointOf, urlOf } from '@mse/core/state/endpoint'
import { join } from 'node:path'
import { tcbLines } from './fact-lines.ts'
import { curlPin } from './curl-pin.ts'
import { argument, quote } from './shell-word.ts'
import type { Terminal } from './terminal.ts'
import { withTitle } from './with-title.ts'

/** A verdict as people read it: what was proved, what was not. */
export function showVerdict(terminal: Terminal, verdict: Verdict | QuoteVerdict): void {
  terminal.checks(verdict.checks.map(withTitle))
  terminal.say(`Verified: a genuine ${verdict.platformName} that is what was asked for.`)
  terminal.say(`  ${'fingerprint'.padEnd(11)} ${verdict.measurement}`)
  if (verdict.names.length > 0) terminal.say(`  ${'names'.padEnd(11)} ${verdict.names.join(', ')}`)
  for (const [name, value] of verdict.tcb === undefined ? [] : tcbLines(verdict.tcb)) {
    terminal.say(`  ${name.padEnd(11)} ${value}`)
  }
  for (const caveat of verdict.caveats) terminal.warn(caveat)
}

/** What to do with an application that serves: lines that work as they are printed. */
export function showUse(
  terminal: Terminal,
  { app, folder, certificateFile, evidence }: Proof & { app: App; folder: string },
): void {
  const url = urlOf(app)
  const named = resolved(app)
  const target = `${named}${quote(url + app.healthcheck)}`
  terminal.say('')
  terminal.say(`  curl --cacert ${quote(certificateFile)} ${target}`)
  terminal.say(`  curl --insecure --pinnedpubkey ${curlPin(evidence.certificate)} ${target}`)
  const policy = quote(join(currentPath(folder), 'policy.json'))
  terminal.say(`  mse verify --policy ${policy} ${named === '' ? quote(url) : argument(app.name)}`)
  terminal.say(`  mse logs ${argument(app.name)}    mse stop ${argument(app.name)}`)
}

/** What the JSON envelope carries of an application that serves. */
export function servingData(served: Proof & { app: App; folder: string }): object {
  const { app, folder, certificateFile, evidence, verdict } = served
  const { name } = app
  return {
    url: urlOf(app),
    name,
    folder: currentPath(folder),
    certificate: certificateFile,
    pin: curlPin(evidence.certificate),
    verdict: verdictData(verdict),
  }
}

/** What the JSON envelope carries of a verdict. */
export function verdictData(verdict: Verdict | QuoteVerdict): object {
  const { enclave, ...rest } = verdict
  const facts = { ...rest, checks: rest.checks.map(withTitle) }
  return enclave === undefined ? facts : { ...facts, validUntil: enclave.validUntil }
}

/** A name that this machine may not know is told to curl, and kept from mse, so that the lines work as they are printed. */
function resolved(app: App): string {
  const { address, names, port } = app
  const [name] = names as readonly [string]
  if (name === 'localhost' || name === address) return ''
  return `--resolve ${name}:${port}:${endpointOf(app).host} `
}
