import type { Evidence } from '@mse/attest'
import { decodeEvidence, encodeEvidence } from '@mse/attest/evidence'
import { collateralFor } from '@mse/core/attest/collateral/collateral-for'
import { expiryNotice } from '@mse/core/attest/collateral/expiry-warning'
import { loadEvidence } from '@mse/core/attest/load-evidence'
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

/** What a service shows is as good as what the enclave shows itself: it is for somebody to verify. */
async function find(
  session: Session,
  args: { readonly app: string | undefined; readonly operator: string | undefined },
  context: Context,
): Promise<Evidence> {
  const isUrl = args.app?.includes('://') === true
  const { name, client } = await findTarget(isUrl ? { app: args.app, operator: undefined } : args, context)
  if (client === undefined) return (await loadEvidence(session.folders, name, context.cwd)).evidence
  return decodeEvidence(new TextEncoder().encode(JSON.stringify(await client.ask('evidence', { name }))))
}
