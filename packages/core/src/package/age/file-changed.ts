import { MseError } from '../../error.ts'

/** `package/file-changed-while-read`: what was encrypted is not what was hashed. */
export function fileChanged(path: string): MseError {
  return new MseError('package/file-changed-while-read', `${path} changed while it was being encrypted`, {
    next: 'Run the command again.',
  })
}
