import type { QuoteVerdict, Verdict } from '@mse/attest'
import { loadEvidence } from '@mse/core/attest/load-evidence'
import { prepareVerification } from '@mse/core/attest/prepare-verification'
import { verifyUnder } from '@mse/core/attest/verify-under'
import { MseError } from '@mse/core/error'
import { appArgument, appName } from '../app-name.ts'
import { collateralArguments } from '../collateral-arguments.ts'
import { defineCommand, flag, path, text, type Command, type Context } from '../command.ts'
import { packagePolicies, packagePolicyArguments } from '../package-policies.ts'
import { pastDate } from '../past-date.ts'
import { areGiven, policyArgument, readPolicies } from '../policies.ts'
import { startSession } from '../session.ts'
import { channelData, showTls, showVerdict, verdictData } from '../show-proof.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse verify https://example.org --policy policy.json', 'prove what is behind a URL'],
    ['mse verify evidence.json --package helloworld.pkg', 'that the evidence in a file is of this package'],
  ],
  related: ['evidence', 'deploy', 'seal', 'explain'],
  arguments: {
    target: { ...appArgument, description: 'https URL, file of evidence, or name of an application here' },
    policy: policyArgument,
    ...packagePolicyArguments,
    writePolicy: path('without a policy: write what was found as one, for a person to review', { value: 'FILE' }),
    fresh: flag('refuse an enclave that does not answer a challenge now; those of mse always have to'),
    allowUnprovedChannel: flag('accept that another key answers than the attested one: imported, or of a proxy'),
    request: path('check that a request for a certificate is for the attested key', { value: 'FILE' }),
    at: text('judge a file as of a day that is past; says nothing about today', { value: 'DATE' }),
    ...collateralArguments,
  },
  async run(args, context) {
    const { terminal } = context
    const at = args.at === undefined ? undefined : pastDate(args.at, context.now())
    const session = await startSession(at === undefined ? context : { ...context, now: () => at }, args)
    const policies = [...(await readPolicies(args.policy)), ...(await packagePolicies(session, args, context.cwd))]
    const { evidence, endpoint, shown } = await loadEvidence(
      session.folders,
      await appName(args.target, context),
      context.cwd,
    )
    refuseConflicts({ ...args, judges: policies.length > 0 }, endpoint !== undefined)
    const given = await prepareVerification(session, evidence, at === undefined ? 'own' : 'brought')
    if (!areGiven(policies)) {
      const { examineWithoutPolicy } = await import('../policy-required.ts')
      return examineWithoutPolicy(session, evidence, given, args.writePolicy)
    }

    const verdict = await verifyUnder(evidence, policies, given)
    if (shown?.proves === 'nothing' && !args.allowUnprovedChannel) throw notProved(verdict)
    if (args.request !== undefined) await requireRequest(args.request, verdict, context)
    const asked = { ...given, now: session.now, shownKey: shown?.key }
    const fresh = endpoint !== undefined && (await isFresh(verdict, endpoint, asked, args.fresh))
    if (at !== undefined) terminal.warn(`judged as of ${at.toISOString()}: it says nothing about today`)
    showVerdict(terminal, verdict)
    if (shown !== undefined) showTls(terminal, shown)
    if (fresh) terminal.say('It answered a fresh challenge just now.')
    else if (endpoint !== undefined)
      terminal.warn('it answers no challenge: that it lives now is known by its key alone')
    if (endpoint !== undefined && !verdict.names.includes(endpoint.serverName)) {
      terminal.warn(
        `the certificate is for ${verdict.names.join(', ') || 'no name'}, and not for ${endpoint.serverName}`,
      )
    }
    const unproved = shown?.proves === 'nothing' ? ', channel not proved' : ''
    const line = `verified ${verdict.platform} ${verdict.measurement}${unproved}`
    return {
      text: at === undefined ? line : `as of ${at.toISOString()}: ${line}`,
      data: {
        fresh,
        asOf: at ?? null,
        ...(shown === undefined ? {} : channelData(shown)),
        ...verdictData(verdict),
      },
    }
  },
})

/** Genuine evidence came, and from whom nobody knows: it may be passed on by anybody. */
function notProved({ measurement }: Verdict | QuoteVerdict): MseError {
  return new MseError('channel/not-proved', 'the enclave is genuine, and another key than its own answers here', {
    expected: 'a connection with the attested key',
    found: `an enclave of ${measurement}; tls key: imported, channel not proved`,
    next: 'If its owner has imported the key, or runs a proxy before it, and you trust both: --allow-unproved-channel',
  })
}

/** @throws MseError `tls/request`, `tls/other-key`, `evidence/bare-quote` */
async function requireRequest(file: string, verdict: Verdict | QuoteVerdict, context: Context): Promise<void> {
  const [{ checkRequest }, { readWholeInput }, { chainLimit }] = await Promise.all([
    import('@mse/core/provision/certificate-request'),
    import('../input.ts'),
    import('../certificate-arguments.ts'),
  ])
  if (verdict.enclave === undefined) throw new MseError('evidence/bare-quote', 'a quote alone names no TLS key')
  checkRequest(await readWholeInput(file, chainLimit, context), verdict.enclave.tlsKey)
  context.terminal.say('The request is for the attested key.')
}

/** Loaded when there is somebody to ask. */
async function isFresh(...asked: Parameters<typeof import('@mse/core/attest/is-fresh').isFresh>): Promise<boolean> {
  return (await import('@mse/core/attest/is-fresh')).isFresh(...asked)
}

/** @throws MseError `usage/conflict` */
function refuseConflicts(
  args: {
    readonly judges: boolean
    readonly writePolicy: string | undefined
    readonly fresh: boolean
    readonly at: string | undefined
  },
  isLive: boolean,
): void {
  const conflicts = [
    [args.judges && args.writePolicy !== undefined, '--write-policy is for evidence without a policy'],
    [isLive && args.at !== undefined, '--at is for files: an enclave that lives is judged as of now'],
    [!isLive && args.fresh, '--fresh is for a URL or an application: a file answers no challenge'],
  ] as const
  const found = conflicts.find(([holds]) => holds)
  if (found !== undefined) throw new MseError('usage/conflict', found[1], { next: 'mse verify --help' })
}
