import { loadEvidence } from '@mse/core/attest/load-evidence'
import { MseError } from '@mse/core/error'
import { loadProject } from '@mse/core/project/load-project'
import { readSecrets } from '@mse/core/provision/read-secrets'
import { sealProject } from '@mse/core/provision/seal-project'
import { writeFile } from 'node:fs/promises'
import { defineCommand, path, positional, text, type Command } from '../command.ts'
import { launchArguments, platformChoice } from '../launch-arguments.ts'
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
  related: ['evidence', 'verify', 'run'],
  arguments: {
    project: positional(path('the folder of mse.toml, or the file', { default: '.' })),
    evidence: text('file of evidence, https URL, or name of an application here', { required: true, value: 'WHAT' }),
    output: path('where to write the bundle', { required: true, short: 'o', value: 'FILE' }),
    input: path('secrets to seal, instead of secrets_to_seal of mse.toml', { value: 'FILE' }),
    platform: launchArguments.platform,
    policy: policyArgument,
  },
  async run(args, context) {
    const [session, project, policies] = await Promise.all([
      startSession(context),
      loadProject(args.project),
      readPolicies(args.policy),
    ])
    const { evidence, origin } = await loadEvidence(session.folders, args.evidence, context.cwd)
    const named = policies.find((policy) => policy.platform === 'software') === undefined ? undefined : 'software'
    const platform = platformChoice(args.platform ?? named, project)
    if (platform === 'auto' && origin === 'elsewhere') throw platformUnnamed()
    const secrets = await readSecrets({ ...project, secretsToSealFile: args.input ?? project.secretsToSealFile })
    const bundle = await sealProject(session, project, evidence, secrets, { platform, policies })
    await writeFile(args.output, bundle, { mode: 0o600 }).catch((cause: NodeJS.ErrnoException) => {
      throw new MseError('usage/output', `${args.output} cannot be written`, { found: cause.code ?? '', cause })
    })
    if (secrets.secrets !== undefined) {
      context.terminal.say(
        `The operator runs it together with the same secrets.json: mse run ${project.name} --bundle FILE --secrets FILE`,
      )
    }
    return { text: args.output, data: { bundle: args.output, bytes: bundle.length, name: project.name } }
  },
})

/** Evidence from elsewhere is hardware's, unless the owner says otherwise: it never falls to software by itself. */
function platformUnnamed(): MseError {
  return new MseError(
    'policy/platform',
    'evidence from elsewhere is expected to be of SGX, which this version cannot verify yet',
    {
      next: 'If you mean a software enclave, say so: --platform software, or a policy that names it',
    },
  )
}
