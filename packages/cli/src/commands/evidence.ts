import type { Evidence } from '@mse/attest'
import { decodeEvidence, encodeEvidence } from '@mse/attest/evidence'
import { collateralFor } from '@mse/core/attest/collateral/collateral-for'
import { expiryNotice } from '@mse/core/attest/collateral/expiry-warning'
import { loadEvidence, type FoundEvidence } from '@mse/core/attest/load-evidence'
import { MseError } from '@mse/core/error'
import type { Session } from '@mse/core/session'
import { replaceFile } from '@mse/core/state/files'
import { appArgument } from '../app-name.ts'
import { collateralArguments } from '../collateral-arguments.ts'
import { defineCommand, flag, path, type Command, type Context } from '../command.ts'
import { findTarget, operatorArgument } from '../operator-argument.ts'
import { startSession } from '../session.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse evidence helloworld > evidence.json', 'what the enclave of helloworld shows of itself, to hand to its owner'],
    ['mse evidence https://example.org --output evidence.json', 'the same of an enclave elsewhere'],
  ],
  related: ['verify', 'seal', 'run'],
  arguments: {
    app: appArgument,
    operator: operatorArgument,
    successor: flag('of the certificate that is to come, once mse renew has begun'),
    request: path("also write the enclave's request for a certificate to a file, for an authority", { value: 'FILE' }),
    output: path('write it to a file', { short: 'o', value: 'FILE' }),
    collateral: flag('bring along what Intel signs about the platform, so that it can be verified without a network'),
    ...collateralArguments,
  },
  async run(args, context) {
    const session = await startSession(context, args)
    const evidence = await find(session, args, context)
    const collateral = args.collateral ? await collateralFor(session, evidence, session.collateral) : undefined
    if (args.collateral && collateral === undefined) session.warn('a software enclave has no collateral')
    const notice = collateral && expiryNotice(collateral)
    if (notice !== undefined) context.terminal.say(`The collateral is ${notice}.`)
    if (args.request !== undefined) await writeRequest(args.request, args, context)
    const shown = collateral === undefined ? evidence : { ...evidence, collateral }
    const text = new TextDecoder().decode(encodeEvidence(shown))
    const data = JSON.parse(text) as unknown
    if (args.output === undefined) return { text: text.trimEnd(), data }
    await replaceFile(args.output, text, 0o644).catch((cause: NodeJS.ErrnoException) => {
      const next = cause.code === 'EISDIR' ? { next: `--output ${args.output}/evidence.json` } : {}
      throw new MseError('usage/output', `${args.output} cannot be written`, {
        found: cause.code ?? '',
        cause,
        ...next,
      })
    })
    return { text: args.output, data }
  },
})

/** @throws MseError `renewal/not-begun` */
async function successorOf({ evidence, endpoint, shown }: FoundEvidence): Promise<Evidence> {
  const { publishedEvidence } = await import('@mse/core/attest/published')
  const published = endpoint && shown && (await publishedEvidence(endpoint, shown.key))
  const successor = published?.[1]
  if (successor === undefined) {
    throw new MseError('renewal/not-begun', 'there is no certificate that is to come', { next: 'mse renew --app NAME' })
  }
  return evidence.about === undefined ? successor : { ...successor, about: evidence.about }
}

/** The request of a live enclave, for the key of the evidence that it shows. Whose evidence that is, is for `mse verify` to say. */
async function writeRequest(
  file: string,
  args: { readonly app: string | undefined; readonly operator: string | undefined },
  context: Context,
): Promise<void> {
  const session = await startSession(context)
  const { name, client } = await findTarget(
    args.app?.includes('://') === true ? { ...args, operator: undefined } : args,
    context,
  )
  const { endpoint, shown } = client === undefined ? await loadEvidence(session.folders, name, context.cwd) : {}
  if (endpoint === undefined || shown === undefined) {
    throw new MseError('usage/url', 'a request is asked of the enclave itself', {
      next: 'mse evidence URL --request FILE',
    })
  }
  const { fetchRequest } = await import('@mse/core/provision/certificate-request')
  await replaceFile(file, await fetchRequest({ tlsKey: shown.key }, endpoint, shown.key), 0o644)
  context.terminal.say(
    `The request is in ${file}. Verify the evidence, too, before it is certified: mse verify … --request ${file}`,
  )
}

/** What a service shows is as good as what the enclave shows itself: it is for somebody to verify. */
async function find(
  session: Session,
  args: { readonly app: string | undefined; readonly operator: string | undefined; readonly successor: boolean },
  context: Context,
): Promise<Evidence> {
  const isUrl = args.app?.includes('://') === true
  const { name, client } = await findTarget(isUrl ? { app: args.app, operator: undefined } : args, context)
  if (args.successor) return successorOf(await loadEvidence(session.folders, name, context.cwd))
  if (client === undefined) return (await loadEvidence(session.folders, name, context.cwd)).evidence
  return decodeEvidence(new TextEncoder().encode(JSON.stringify(await client.ask('evidence', { name }))))
}
