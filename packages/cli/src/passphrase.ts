import { MseError } from '@mse/core/error'
import { refuseWide } from '@mse/core/owner/refuse-wide'
import { resolve } from 'node:path'
import { text, type Argument, type Context } from './command.ts'
import { readWholeInput } from './input.ts'

/** Where the passphrase of a signing key comes from; never the command line, which other users can read. */
export const passphraseArgument: Argument<string | undefined> = text(
  'file that holds the passphrase of the signing key; - for standard input',
  { value: 'FILE', env: 'MSE_SIGNING_PASSPHRASE_FILE' },
)

const MAXIMUM_LENGTH = 4096

/**
 * The first line of the file.
 *
 * @throws MseError `owner/key-permissions` when others can read the file, `signing/passphrase` when it is empty
 */
export async function readPassphrase(file: string, context: Context): Promise<string> {
  if (file !== '-') await refuseWide(resolve(context.cwd, file), 0o600).catch(ignoreMissing)
  const content = (await readWholeInput(file, MAXIMUM_LENGTH, context)).toString()
  const [passphrase = ''] = content.split(/\r?\n/)
  if (passphrase !== '') return passphrase
  throw new MseError('signing/passphrase', 'the passphrase is empty', {
    expected: 'a line of text',
    next: `put one into ${file === '-' ? 'the pipe' : file}`,
  })
}

/** Reading it says so better. */
function ignoreMissing(error: unknown): void {
  if (error instanceof MseError) throw error
}
