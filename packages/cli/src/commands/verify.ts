import { examineEvidence, verifyEvidence, type Examination } from '@mse/attest'
import { proveFreshness } from '@mse/core/attest/freshness'
import { loadEvidence } from '@mse/core/attest/load-evidence'
import { MseError } from '@mse/core/error'
import { appArgument, appName } from '../app-name.ts'
import { defineCommand, type Command } from '../command.ts'
import { packagePolicies, packagePolicyArguments } from '../package-policies.ts'
import { policyArgument, readPolicies } from '../policies.ts'
import { startSession } from '../session.ts'
import { showVerdict, verdictData } from '../show-proof.ts'
import { ownSoftwareRoots } from '@mse/core/platform/platforms'

export const command: Command = defineCommand({
  examples: [
    ['mse verify https://example.org --policy policy.json', 'prove what is behind a URL'],
    ['mse verify evidence.json --package helloworld.pkg', 'that the evidence in a file is of this package'],
  ],
  related: ['evidence', 'deploy', 'seal'],
  arguments: {
    target: { ...appArgument, description: 'https URL, file of evidence, or name of an application here' },
    policy: policyArgument,
    ...packagePolicyArguments,
  },
  async run(args, context) {
    const { terminal, now } = context
    const session = await startSession(context)
    const policies = [...(await readPolicies(args.policy)), ...(await packagePolicies(session, args, context.cwd))]
    const { evidence, endpoint } = await loadEvidence(session.folders, await appName(args.target, context), context.cwd)
    if (policies.length === 0) {
      const softwareRoots = await ownSoftwareRoots(session.folders)
      throw new PolicyRequired(await examineEvidence(evidence, { now: now(), softwareRoots }))
    }
    const verdicts = []
    for (const policy of policies) verdicts.push(await verifyEvidence(evidence, policy, { now: now() }))
    const verdict = verdicts.at(-1) as (typeof verdicts)[number]
    const { enclave } = verdict
    const isFresh = endpoint !== undefined && enclave !== undefined
    if (isFresh) await proveFreshness(enclave, endpoint, now)
    showVerdict(terminal, verdict)
    if (isFresh) terminal.say('It answered a fresh challenge just now.')
    return {
      text: `verified ${verdict.platform} ${verdict.measurement}`,
      data: { fresh: isFresh, ...(verdictData(verdict) as object) },
    }
  },
})

/** Without a policy nothing is asked for, so nothing can be what was asked for: the facts are shown, and no verdict. */
class PolicyRequired extends MseError {
  readonly checks: Examination['checks']

  constructor(facts: Examination) {
    const shown = {
      platform: facts.platform,
      ...(facts.platform === 'tdx' ? { mrtd: facts.mrtd } : { measurement: facts.measurement, signer: facts.signer }),
      ...(facts.tcb === undefined ? {} : { tcb: facts.tcb.status }),
    }
    super(
      'policy/required',
      `the evidence is genuine, and of a ${facts.platformName}; whether it is what you want, a policy has to say`,
      {
        found: Object.entries(shown)
          .map(([key, value]) => `${key} ${value}`)
          .join('\n'),
        next: 'mse verify … --policy FILE, with the policy that the owner has published',
      },
    )
    this.checks = facts.checks
  }
}
