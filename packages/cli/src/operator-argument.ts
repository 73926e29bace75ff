import type { OperatorClient } from '@mse/operator/client/operator-client'
import type { Project } from '@mse/core/project/project'
import { folders } from '@mse/core/state/paths'
import { MseError } from '@mse/core/error'
import { text, type Argument, type Context } from './command.ts'

/** Whose machine a command is about. */
export const operatorArgument: Argument<string | undefined> = text(
  'address of the operator service that runs it; replaces [deploy] operator of mse.toml',
  { env: 'MSE_OPERATOR', value: 'URL' },
)

/** An application, and the service that runs it; without one, it is of this machine. */
export interface Target {
  readonly name: string
  readonly client: OperatorClient | undefined
}

/**
 * An application by its name, or that of the project in this folder, on the machine that the command line or that project names.
 *
 * @throws MseError `usage/missing`, `operator/not-logged-in`
 */
export async function findTarget(
  args: { readonly app: string | undefined; readonly operator: string | undefined },
  context: Context,
): Promise<Target> {
  if (args.app !== undefined) return { name: args.app, client: await clientOf(args.operator, context) }
  const project = await projectHere(context)
  if (project !== undefined)
    return { name: project.name, client: await clientOf(args.operator ?? project.deploy.operator, context) }
  throw new MseError('usage/missing', 'name the application; there is no mse.toml in this folder', { next: 'mse list' })
}

/** Who asks the service of that address; undefined without one. @throws MseError `usage/url`, `operator/not-logged-in` */
export async function clientOf(
  address: string | undefined,
  { env, signal }: Context,
): Promise<OperatorClient | undefined> {
  if (address === undefined) return undefined
  // What is of this machine loads none of it.
  const { operatorUrl, readLogin } = await import('@mse/operator/client/login')
  const { OperatorClient } = await import('@mse/operator/client/operator-client')
  return new OperatorClient(await readLogin(folders(env), operatorUrl(address)), signal)
}

/** The address of the one service that is meant. @throws MseError `usage/missing` */
export async function operatorAddress(given: string | undefined, context: Context): Promise<string> {
  const address = given ?? (await projectHere(context))?.deploy.operator
  if (address !== undefined) return address
  throw new MseError('usage/missing', 'name the operator service', { next: 'give URL, or set MSE_OPERATOR' })
}

/** @returns undefined where there is no `mse.toml` */
async function projectHere({ cwd }: Context): Promise<Project | undefined> {
  const { loadSource } = await import('@mse/core/project/load-project')
  return loadSource(cwd).catch((error: unknown) => {
    if (error instanceof MseError && error.code === 'project/not-found') return undefined
    throw error
  })
}
