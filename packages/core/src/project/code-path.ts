import { MseError } from '../error.ts'

// A path of the index has 1,024 bytes at most, and a file name 255; `code/` and `.age` are part of them.
const PATH_BYTES = 1024 - 'code/'.length - '.age'.length
const NAME_BYTES = 255 - '.age'.length

/** The rules of spec 2 for paths, where they can be broken on a file system. */
export function checkCodePath(path: string): void {
  const shown = JSON.stringify(path)
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (/[\u0000-\u001f\u007f\\]/.test(path)) {
    throw new MseError('project/path', `the name of ${shown} has a control character or a backslash`, {
      next: 'rename the file',
    })
  }
  if (Buffer.byteLength(path) > PATH_BYTES) {
    throw new MseError('project/path', `the path ${shown} is too long`, { expected: `at most ${PATH_BYTES} bytes` })
  }
  if (path.split('/').some((name) => Buffer.byteLength(name) > NAME_BYTES)) {
    throw new MseError('project/path', `a name in ${shown} is too long`, { expected: `at most ${NAME_BYTES} bytes` })
  }
}
