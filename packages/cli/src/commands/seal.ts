import { collateralNeed, type Evidence } from '@mse/attest'
import { loadEvidence } from '@mse/core/attest/load-evidence'
import { MseError } from '@mse/core/error'
import { loadProject } from '@mse/core/project/load-project'
import type { Project } from '@mse/core/project/project'
import { bundleLimit, type Secrets } from '@mse/core/provision/bundle'
import { encodeBundleFile } from '@mse/core/provision/bundle-file'
import { checkJson, readSecrets } from '@mse/core/provision/read-secrets'
import { sealProject } from '@mse/core/provision/seal-project'
import { resolve } from 'node:path'
import { certificateArgument, obtainWith } from '../certificate-arguments.ts'
import { collateralArguments } from '../collateral-arguments.ts'
import { defineCommand, path, positional, text, type Command, type Context } from '../command.ts'
import { readWholeInput } from '../input.ts'
import { launchArguments, platformChoice } from '../launch-arguments.ts'
import { once, outputArguments, writeOutput } from '../output.ts'
import { policyArgument, readPolicies } from '../policies.ts'
import { startSession } from '../session.ts'

export const command: Command = defineCommand({
  examples: [
    [
      'mse seal --evidence evidence.json --output helloworld.bundle',
      'seal code key and secrets to the enclave that showed this',
    ],
    ['mse seal --evidence helloworld --output helloworld.bundle', 'the same for an enclave of this machine'],
  ],
  related: ['evidence', 'verify', 'run', 'unseal'],
  arguments: {
    project: positional(path('the folder of mse.toml, or the file', { default: '.' })),
    evidence: text('file of evidence, https URL, or name of an application here', { required: true, value: 'WHAT' }),
    input: text('secrets to seal, instead of secrets_to_seal of mse.toml; - for standard input', { value: 'FILE' }),
    certificate: certificateArgument,
    ...outputArguments,
    platform: launchArguments.platform,
    policy: policyArgument,
    ...collateralArguments,
  },
  async run(args, context) {
    const [session, project, policies] = await Promise.all([
      startSession(context, args),
      loadProject(args.project),
      readPolicies(args.policy),
    ])
    const { evidence, origin } = await loadEvidence(session.folders, args.evidence, context.cwd)
    const named = policies.find((policy) => policy.platform === 'software') === undefined ? undefined : 'software'
    const chosen = platformChoice(args.platform ?? named, project)
    const platform = chosen === 'auto' && origin === 'elsewhere' ? hardwareOf(evidence) : chosen
    const secrets = await secretsFor(project, args.input, context)
    const chain = await obtainWith({ certificate: args.certificate }, context)?.('')
    const file = await sealProject(session, project, evidence, secrets, { platform, policies, chain })
    const { text, data } = await writeOutput(once(Buffer.from(encodeBundleFile(file))), args, 'text', context)
    if (secrets.secrets !== undefined) {
      context.terminal.say(
        `The operator runs it together with the same secrets.json: mse run ${project.name} --bundle FILE --secrets FILE`,
      )
    }
    return { text, data: { ...file, ...(data as object), bundle: text } }
  },
})

/** What `--input` names takes the place of the project's secrets_to_seal. */
async function secretsFor(project: Project, input: string | undefined, context: Context): Promise<Secrets> {
  if (input === undefined) return readSecrets(project, context.now())
  const name = input === '-' ? 'standard input' : resolve(context.cwd, input)
  const sealed = checkJson(await readWholeInput(input, bundleLimit, context), name)
  return { ...(await readSecrets({ ...project, secretsToSealFile: undefined }, context.now())), sealed }
}

/**
 * Evidence from elsewhere is hardware's, unless the owner says otherwise: it never falls to software by itself.
 *
 * @throws MseError `policy/platform`
 */
function hardwareOf(evidence: Evidence): 'sgx' {
  if (collateralNeed(evidence) !== undefined) return 'sgx'
  throw new MseError('policy/platform', 'the evidence is of a software enclave, and nobody asked for one', {
    expected: 'hardware, since the evidence is not of this machine',
    found: 'a software enclave',
    next: 'If you mean a software enclave, say so: --platform software, or a policy that names it',
  })
}
