import { loadEvidence } from '@mse/core/attest/load-evidence'
import { prepareVerification } from '@mse/core/attest/prepare-verification'
import { verifyUnder } from '@mse/core/attest/verify-under'
import { MseError } from '@mse/core/error'
import { appArgument, appName } from '../app-name.ts'
import { collateralArguments } from '../collateral-arguments.ts'
import { defineCommand, flag, path, text, type Command } from '../command.ts'
import { packagePolicies, packagePolicyArguments } from '../package-policies.ts'
import { pastDate } from '../past-date.ts'
import { areGiven, policyArgument, readPolicies } from '../policies.ts'
import { startSession } from '../session.ts'
import { showVerdict, verdictData } from '../show-proof.ts'

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
    at: text('judge a file as of a day that is past; says nothing about today', { value: 'DATE' }),
    ...collateralArguments,
  },
  async run(args, context) {
    const { terminal } = context
    const at = args.at === undefined ? undefined : pastDate(args.at, context.now())
    const session = await startSession(at === undefined ? context : { ...context, now: () => at }, args)
    const policies = [...(await readPolicies(args.policy)), ...(await packagePolicies(session, args, context.cwd))]
    const { evidence, endpoint } = await loadEvidence(session.folders, await appName(args.target, context), context.cwd)
    refuseConflicts({ ...args, judges: policies.length > 0 }, endpoint !== undefined)
    const given = await prepareVerification(session, evidence, at === undefined ? 'own' : 'brought')
    if (!areGiven(policies)) {
      const { examineWithoutPolicy } = await import('../policy-required.ts')
      return examineWithoutPolicy(session, evidence, given, args.writePolicy)
    }

    const verdict = await verifyUnder(evidence, policies, given)
    const fresh =
      endpoint !== undefined && (await isFresh(verdict, endpoint, { ...given, now: session.now }, args.fresh))
    if (at !== undefined) terminal.warn(`judged as of ${at.toISOString()}: it says nothing about today`)
    showVerdict(terminal, verdict)
    if (fresh) terminal.say('It answered a fresh challenge just now.')
    else if (endpoint !== undefined)
      terminal.warn('it answers no challenge: that it lives now is known by its key alone')
    if (endpoint !== undefined && !verdict.names.includes(endpoint.serverName)) {
      terminal.warn(
        `the certificate is for ${verdict.names.join(', ') || 'no name'}, and not for ${endpoint.serverName}`,
      )
    }
    const line = `verified ${verdict.platform} ${verdict.measurement}`
    return {
      text: at === undefined ? line : `as of ${at.toISOString()}: ${line}`,
      data: { fresh, asOf: at ?? null, ...verdictData(verdict) },
    }
  },
})

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
