import type { Interpreter } from '../interpreter.ts'

/** One wheel of a resolution. */
export interface LockedPackage {
  readonly name: string
  readonly version: string
  readonly sha256: string
}

/** Says for which Python the wheels were chosen: another one may need others. */
function header(interpreter: Interpreter): string {
  const libc = interpreter.libc && ` (${interpreter.libc})`
  return `# The wheels for Python ${interpreter.minor} on ${interpreter.platform}${libc}; made by mse, not to be edited\n`
}

/** The text of requirements.lock: pip can install it, and it names no index and no address. */
export function writeLock(packages: readonly LockedPackage[], interpreter: Interpreter): string {
  const lines = packages.map(({ name, version, sha256 }) => `${name}==${version} --hash=sha256:${sha256}\n`)
  return header(interpreter) + lines.toSorted().join('')
}

/** Whether the text is a lock for this Python, whole to the last line. A power cut can leave a part of one. */
export function isLock(text: string, interpreter: Interpreter): boolean {
  const start = header(interpreter)
  const lines = text.slice(start.length)
  return text.startsWith(start) && /^(?:\S+==\S+ --hash=sha256:[0-9a-f]{64}\n)+$/.test(lines)
}
