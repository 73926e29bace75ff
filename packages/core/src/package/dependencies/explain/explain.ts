import { MseError } from '../../../error.ts'
import type { LockedPackage } from '../lock.ts'
import { redact } from '../redact.ts'
import type { Requirements } from '../requirements.ts'
import type { Workshop } from '../workshop.ts'
import { absent } from './absent.ts'
import { conflict } from './conflict.ts'
import { hashMismatch } from './hash-mismatch.ts'
import { syntax } from './syntax.ts'
import { unreachable } from './unreachable.ts'

/** Turns what pip printed before it failed into an error that names the line at fault, and never a password. */
export async function explain(
  printed: string,
  read: Requirements,
  locked: readonly LockedPackage[],
  workshop: Workshop,
): Promise<MseError> {
  const output = redact(printed)
  return (
    hashMismatch(output, read, locked) ??
    conflict(output, read) ??
    syntax(output, read) ??
    unreachable(output) ??
    (await absent(output, read, locked, workshop)) ??
    failed(output)
  )
}

function failed(output: string): MseError {
  const lines = output.split('\n').filter((line) => /\S/.test(line) && !line.startsWith('WARNING'))
  return new MseError('dependencies/failed', 'pip did not succeed', {
    found: lines.slice(-6).join('\n'),
    next: "try 'pip install --only-binary :all: -r requirements.txt' in a virtual environment",
  })
}
