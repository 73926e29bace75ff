import { decodeBundleFile, type BundleFile } from '@mse/core/provision/bundle-file'
import { readJsonFile } from '@mse/core/provision/read-secrets'
import { runBundle, runProject, type Run, type RunOptions } from '@mse/core/provision/run-app'
import type { Project } from '@mse/core/project/project'
import { loadProject } from '@mse/core/project/load-project'
import { MseError } from '@mse/core/error'
import type { Session } from '@mse/core/session'
import { urlOf } from '@mse/core/state/endpoint'
import { readFile } from 'node:fs/promises'
import { appArgument } from '../app-name.ts'
import { certificateArgument, certifyArgument, obtainWith } from '../certificate-arguments.ts'
import { collateralArguments } from '../collateral-arguments.ts'
import { defineCommand, integer, path, type Command, type Context } from '../command.ts'
import { clientOf, findTarget, operatorArgument } from '../operator-argument.ts'
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
    operator: operatorArgument,
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
        ? await asOwner(session, args, options, context)
        : await asKeeper(session, { ...args, bundle: args.bundle }, options, context)
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

interface Given {
  readonly app: string | undefined
  readonly operator: string | undefined
  readonly project: string
  readonly bundle: string | undefined
  readonly secrets: string | undefined
}

async function asOwner(session: Session, args: Given, options: RunOptions, context: Context): Promise<Run> {
  const project = await ownProject(args)
  const client = await clientOf(args.operator ?? project.deploy.operator, context)
  if (client === undefined) return runProject(session, project, options)
  const { runOnOperator } = await import('@mse/operator/client/run-on-operator')
  return runOnOperator(session, client, project, options)
}

/** Whoever has a bundle need not have the project; what they run is told apart by where it is. */
async function asKeeper(
  session: Session,
  args: Given & { readonly bundle: string },
  options: RunOptions,
  context: Context,
): Promise<Run> {
  const { name, client } = await findTarget(args, context)
  const handed = await given(args.bundle, args.secrets)
  if (client === undefined) return runBundle(session, name, handed, options)
  const { runBundleOnOperator } = await import('@mse/operator/client/run-on-operator')
  return runBundleOnOperator(session, client, name, handed, options)
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
