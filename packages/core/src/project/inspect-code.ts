import { open, realpath } from 'node:fs/promises'
import { basename } from 'node:path'
import { moduleFiles } from './application.ts'
import { IGNORE_FILE } from './ignore.ts'
import { MseError } from '../error.ts'
import type { CodeFile } from './list-code-files.ts'
import type { Project } from './project.ts'

const SECRET_NAMES = new Set(['secrets.json', 'secrets_to_seal.json'])
const PRIVATE_KEY = /^\s*(?:AGE-SECRET-KEY-1|# created: .*\n# public key: age1|-----BEGIN [A-Z ]*PRIVATE KEY-----)/

/**
 * Looks at what would be packaged: the application's module must be among it (refused otherwise), and secrets should
 * not be (warnings). Code is shown to whoever holds the code key; secrets have their own way into the enclave.
 */
export async function inspectCode(project: Project, files: readonly CodeFile[]): Promise<string[]> {
  requireModule(project, files)
  const secretFiles = await Promise.all(
    [project.secretsFile, project.secretsToSealFile].flatMap((file) => (file === undefined ? [] : [realpath(file)])),
  )
  const warnings: string[] = []
  for (const { path, absolute, size } of files) {
    const unwanted = `would be packaged with the code: move it, or add /${path} to ${IGNORE_FILE}`
    if (SECRET_NAMES.has(basename(path)) || secretFiles.includes(await realpath(absolute))) {
      warnings.push(`the secrets ${path} ${unwanted}`)
    } else if (size < 16_384 && PRIVATE_KEY.test(await head(absolute))) {
      warnings.push(`the private key ${path} ${unwanted}`)
    } else if (path.endsWith(`/${IGNORE_FILE}`)) {
      warnings.push(`${path} has no effect: only the ${IGNORE_FILE} at the top of the code folder counts`)
    }
  }
  return warnings
}

function requireModule({ application, codeDirectory }: Project, files: readonly CodeFile[]): void {
  const candidates: readonly string[] = moduleFiles(application.module)
  if (files.some(({ path }) => candidates.includes(path))) return
  throw new MseError(
    'project/module-ignored',
    `the module ${application.module} of python_application is not packaged`,
    {
      expected: candidates.join(' or '),
      next: `look at ${codeDirectory}/${IGNORE_FILE}`,
    },
  )
}

/** The beginning of a file; of one that cannot be read nothing, since packaging says so better. */
async function head(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return ''
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0)
    return buffer.toString('latin1', 0, bytesRead)
  } finally {
    await file.close()
  }
}
