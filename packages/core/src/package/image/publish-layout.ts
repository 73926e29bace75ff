import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { MseError } from '../../error.ts'
import { packLayout } from './pack-layout.ts'

/**
 * Makes a layout, and gives it to the user under a name that did not exist: a folder, or for a name in `.tar` an archive. If making
 * it fails, the name does not exist afterwards either.
 *
 * @param make returns the folder of the layout, which is taken away
 * @throws MseError `usage/output`
 */
export async function publishLayout<T extends { readonly layout: string }>(
  output: string,
  make: () => Promise<T>,
): Promise<T> {
  const archive = output.endsWith('.tar')
  await claim(output, archive)
  try {
    const made = await make()
    if (archive) {
      await rm(output)
      await packLayout(made.layout, output)
    } else await move(made.layout, output)
    return made
  } catch (error) {
    await rm(output, { recursive: true, force: true })
    throw error
  }
}

/** A package is not mixed with what lies there already. */
async function claim(output: string, archive: boolean): Promise<void> {
  try {
    await mkdir(dirname(output), { recursive: true })
    await (archive ? writeFile(output, '', { flag: 'wx' }) : mkdir(output))
  } catch (cause) {
    throw new MseError('usage/output', `${output} exists already, or cannot be made`, {
      cause,
      next: 'Choose a name that does not exist yet.',
    })
  }
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    await cp(from, to, { recursive: true })
  }
}
