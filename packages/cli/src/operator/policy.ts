import { formatPolicy } from '@mse/attest'
import { makeSoftwareRoot } from '@mse/core/platform/platforms'
import { folders } from '@mse/core/state/paths'
import type { Context, Result } from '../command.ts'

/** `mse operator policy`: what an owner has to believe of this machine, to hand over. It accepts any application. */
export async function policy({ env, now, terminal }: Context): Promise<Result> {
  const root = await makeSoftwareRoot(folders(env), now)
  const text = formatPolicy({
    platform: 'software',
    softwareRoots: [root],
    measurement: 'any',
    signer: 'any',
    debug: 'refused',
  })
  terminal.say('Whoever uses this policy believes software enclaves of this machine, which its keeper can look into.')
  return { text: text.trimEnd(), data: JSON.parse(text) as unknown }
}
