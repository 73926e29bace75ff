import { decodeBundleFile, type BundleFile } from '@mse/core/provision/bundle-file'
import { readJsonFile } from '@mse/core/provision/read-secrets'
import { runBundle, runProject } from '@mse/core/provision/run-app'
import type { Project } from '@mse/core/project/project'
import { loadProject } from '@mse/core/project/load-project'
import { MseError } from '@mse/core/error'
import { urlOf } from '@mse/core/state/endpoint'
import { readFile } from 'node:fs/promises'
import { appArgument, appName } from '../app-name.ts'
import { certificateArgument, certifyArgument, obtainWith } from '../certificate-arguments.ts'
import { collateralArguments } from '../collateral-arguments.ts'
import { defineCommand, integer, path, type Command } from '../command.ts'
import { policyArgument, readPolicies } from '../policies.ts'
import { startSession } from '../session.ts'
import { servingData, showTls, showUse, showVerdict } from '../show-proof.ts'

export const command: Command = defineCommand({
  examples: [
    ['mse run', 'the owner: verify the waiting enclave of this project, deliver the secrets, serve'],
    ['mse run helloworld --bundle FILE --secrets secrets.json', 'the operator: hand over what the owner has sealed'],
  ],
  related: ['spawn', 'seal', 'deploy', 'status'],
  arguments: {
    app: appArgument,
    project: path('the folder of mse.toml, for the owner', { default: '.' }),
    bundle: path('what the owner sealed (mse seal)', { value: 'FILE' }),
    secrets: path('the secrets.json that the bundle names', { value: 'FILE' }),
    certificate: certificateArgument,
    certify: certifyArgument,
    policy: policyArgument,
    ...collateralArguments,
    timeout: integer('seconds that each step may take', { default: 60, minimum: 1, value: 'SECONDS' }),
  },
  async run(args, context) {
    const session = await startSession(context, args)
    const obtain = obtainWith(args, context)
    if (args.bundle !== undefined && obtain !== undefined) throw inTheBundle()
    const options = { timeout: args.timeout * 1000, policies: await readPolicies(args.policy), obtain }
    const run =
      args.bundle === undefined
        ? await runProject(session, await ownProject(args), options)
        : await runBundle(session, await appName(args.app, context), await given(args.bundle, args.secrets), options)
    showVerdict(context.terminal, run.verdict)
    showTls(context.terminal, run.shown)
    showUse(context.terminal, run)
    return { text: urlOf(run.app), data: servingData(run) }
  },
})

/** The operator has no say in it. */
function inTheBundle(): MseError {
  return new MseError('usage/conflict', 'a certificate is part of the bundle that its owner has sealed', {
    next: 'mse seal … --certificate FILE',
  })
}

/** The owner's project; a name on the command line has to be its name, and secrets come from the project itself. */
async function ownProject(args: {
  readonly app: string | undefined
  readonly project: string
  readonly secrets: string | undefined
}): Promise<Project> {
  if (args.secrets !== undefined) {
    throw new MseError('usage/secrets', '--secrets goes with --bundle; the owner names secrets in mse.toml', {
      next: 'mse run NAME --bundle FILE --secrets FILE; mse seal makes the bundle',
    })
  }
  const project = await loadProject(args.project)
  if (args.app === undefined || args.app === project.name) return project
  throw new MseError('usage/other-app', 'the project here is not the application that was named', {
    expected: args.app,
    found: project.name,
    next: `mse run ${args.app} --project FOLDER, or --bundle FILE`,
  })
}

async function given(
  bundle: string,
  secrets: string | undefined,
): Promise<{ file: BundleFile; secrets: Uint8Array | undefined }> {
  const content = await readFile(bundle).catch((cause: unknown) => {
    throw new MseError('usage/bundle', `the bundle ${bundle} cannot be read`, { cause })
  })
  return { file: decodeBundleFile(content), secrets: await readJsonFile(secrets) }
}
