import { MseError } from '@mse/core/error'
import { codeKeyPath } from '@mse/core/owner/keys'
import { readIdentities } from '@mse/core/owner/read-identities'
import type { Identity } from '@mse/core/package/age/x25519-stanza'
import { folders } from '@mse/core/state/paths'
import { path, text, type Argument, type Context } from './command.ts'

interface KeyArguments {
  readonly identity: readonly string[]
  readonly application: string | undefined
}

/** Whose keys: files of `mse keygen` or `age-keygen`, or the code key of an application of this user. */
export const keyArguments: {
  readonly identity: Argument<readonly string[]>
  readonly application: Argument<string | undefined>
} = {
  identity: path('file of a secret key (mse keygen)', { short: 'i', repeat: true, value: 'FILE' }),
  application: text('the code key of this application of yours', { value: 'NAME' }),
}

/** The keys that the command line names; never any other. */
export async function namedKeys({ identity, application }: KeyArguments, context: Context): Promise<Identity[]> {
  const own = application === undefined ? [] : await applicationKey(application, context)
  return [...own, ...(await readIdentities(identity))]
}

async function applicationKey(name: string, { env }: Context): Promise<Identity[]> {
  try {
    return await readIdentities([codeKeyPath(folders(env).config, name)])
  } catch (error) {
    if (!(error instanceof MseError) || error.found !== 'ENOENT') throw error
    throw new MseError('owner/no-code-key', `this user has no application ${name}`, {
      next: 'mse package makes its code key; mse decrypt --identity FILE takes any other key',
      cause: error,
    })
  }
}
