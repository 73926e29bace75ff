import { MseError } from '@mse/core/error'
import { text, positional, type Argument, type Context } from './command.ts'

/** An application by its name; without one, that of the project in this folder. */
export const appArgument: Argument<string | undefined> = positional(
  text('the application; default: the one of the mse.toml in this folder'),
)

export async function appName(given: string | undefined, { cwd }: Context): Promise<string> {
  if (given !== undefined) return given
  // Reads mse.toml: what was named needs none of it.
  const { loadSource } = await import('@mse/core/project/load-project')
  try {
    return (await loadSource(cwd)).name
  } catch (error) {
    if (!(error instanceof MseError) || error.code !== 'project/not-found') throw error
    throw new MseError('usage/missing', 'name the application; there is no mse.toml in this folder', {
      next: 'mse list',
    })
  }
}
