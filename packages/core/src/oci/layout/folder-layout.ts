import { join } from 'node:path'
import { MseError } from '../../error.ts'
import type { Layout } from './layout.ts'
import { openRegularFile, readPart } from './regular-file.ts'

/** A layout that is a folder. */
export function folderLayout(directory: string): Layout {
  return {
    name: directory,
    async open(member) {
      const opened = async (): ReturnType<typeof openRegularFile> =>
        openRegularFile(join(directory, member)).catch((cause: unknown) => {
          throw absent(directory, member, cause)
        })
      const { file, size } = await opened()
      await file.close()
      return {
        size,
        async *read(scratch) {
          const again = await opened()
          try {
            yield* readPart(again.file, 0, again.size, scratch)
          } finally {
            await again.file.close()
          }
        },
      }
    },
    close: async () => undefined,
  }
}

export function absent(name: string, member: string, cause?: unknown): MseError {
  return new MseError('image/layout', `${name} is not a whole OCI image layout: ${member} cannot be read`, {
    ...(cause === undefined ? {} : { cause }),
  })
}
