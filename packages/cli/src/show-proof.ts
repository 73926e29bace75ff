import type { QuoteVerdict, Verdict } from '@mse/attest'
import type { Shown } from '@mse/core/attest/collect'
import type { Proof } from '@mse/core/attest/verify-app'
import type { Project } from '@mse/core/project/project'
import { currentPath, type App } from '@mse/core/state/app'
import { endpointOf, urlOf } from '@mse/core/state/endpoint'
import { join } from 'node:path'
import { tcbLines } from './fact-lines.ts'
import { curlPin } from './curl-pin.ts'
import { argument, quote } from './shell-word.ts'
import type { Terminal } from './terminal.ts'
import { notProved, tlsWarnings } from './tls-warnings.ts'
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
export function showUse(terminal: Terminal, proof: Proof & { app: App; folder: string }): void {
  const { app, folder } = proof
  const url = urlOf(app)
  const named = resolved(app)
  const target = `${named}${quote(url + app.healthcheck)}`
  terminal.say('')
  for (const line of curlLines(proof, target)) terminal.say(line)
  const unproved = proof.shown.proves === 'nothing' ? ' --allow-unproved-channel' : ''
  const policy = quote(join(currentPath(folder), 'policy.json'))
  terminal.say(`  mse verify --policy ${policy}${unproved} ${named === '' ? quote(url) : argument(app.name)}`)
  terminal.say(`  mse logs ${argument(app.name)}    mse stop ${argument(app.name)}`)
}

/** How curl reaches it. Its own certificate is known to nobody; that of an authority to those who know the authority. */
export function curlLines({ certificateFile, shown }: Proof, target: string): string[] {
  const pin = `--pinnedpubkey ${curlPin(shown.key)}`
  if (shown.proves === 'certificate') {
    return [`  curl --cacert ${quote(certificateFile)} ${target}`, `  curl --insecure ${pin} ${target}`]
  }
  return [shown.proves === 'key' ? `  curl ${pin} ${target}` : `  curl ${target}`]
}

/** What is to be said of the way from a client to the enclave. @param project if it is known */
export function showTls(terminal: Terminal, { proves }: Shown, project?: Pick<Project, 'proxy' | 'clientCa'>): void {
  if (proves === 'key') terminal.say("Its certificate is an authority's, for the key that was attested.")
  const tls = proves === 'nothing' ? 'imported' : 'enclave'
  for (const warning of tlsWarnings({ tls, proxy: project?.proxy ?? 'none' })) terminal.warn(warning)
  if (project?.clientCa !== undefined) {
    terminal.say(
      'Clients need a certificate of client_ca: curl --cert FILE --key FILE …; health check and evidence need none.',
    )
  }
}

/** What the JSON envelope carries of a connection: what it has proved. */
export function channelData({ key, proves }: Shown): object {
  const proved = proves !== 'nothing'
  return {
    channel: { proved, ...(proved ? {} : { code: 'channel/not-proved', message: notProved }), pin: curlPin(key) },
  }
}

/** What the JSON envelope carries of an application that serves. */
export function servingData(served: Proof & { app: App; folder: string }): object {
  const { app, folder, certificateFile, shown, verdict } = served
  const { name } = app
  return {
    url: urlOf(app),
    name,
    folder: currentPath(folder),
    certificate: certificateFile,
    pin: curlPin(shown.key),
    ...channelData(shown),
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
