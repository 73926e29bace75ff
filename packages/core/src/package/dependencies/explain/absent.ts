import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { MseError } from '../../../error.ts'
import type { LockedPackage } from '../lock.ts'
import { redact } from '../redact.ts'
import type { Requirements } from '../requirements.ts'
import { run } from '../run.ts'
import { wheelsOnly, type Workshop } from '../workshop.ts'
import { fault, lineNamedIn, lineThatNeeds, lineThatSays, numberedLine, type Line } from './line-at-fault.ts'
import { unreachable } from './unreachable.ts'

/** Nothing fits: there is no such version, or there is no wheel of it, or none for this Python. */
export async function absent(
  output: string,
  read: Requirements,
  locked: readonly LockedPackage[],
  workshop: Workshop,
): Promise<MseError | undefined> {
  const [said, wanted, source = '', versions = 'none'] =
    /satisfies the requirement (.*?)(?: \(from ((?!versions:).*)\))?(?: \(from versions: (.*)\))?(?=\n|$)/.exec(
      output,
    ) ?? []
  const different = /Package '?(\S+?)'? requires a different Python: \S+ not in '?(.*?)'?(?=\n|$)/.exec(output)
  if (different) return forAnotherPython(different[1] ?? '', different[2], lineNamedIn(different[1] ?? '', read))
  if (said === undefined || wanted === undefined) return undefined

  const [name = wanted] = /^[\w.-]+/.exec(wanted) ?? []
  const line =
    lineThatSays(wanted, read) ??
    numberedLine(source, read) ??
    lineThatNeeds(name, locked, read) ??
    lineNamedIn(`${wanted} ${source}`, read)
  const because = source && !source.includes('.txt') ? ` (needed by ${source})` : ''
  const log = redact(await lookAgain(wanted, workshop))
  if (log.includes('No sources permitted for')) {
    return fault('no-wheel', line, `${wanted}${because} is published as source only, and only wheels are installed`, {
      next: `ask for a version of ${name} that has a wheel, or make one: pip wheel '${wanted}' --wheel-dir wheels, and add the line --find-links wheels`,
    })
  }
  const [, python] = /requires a different Python \(\S+ not in: ?'?(.*?)'?\)/.exec(log) ?? []
  if (python !== undefined || log.includes("none of the wheel's tags")) return forAnotherPython(wanted, python, line)
  if (versions === 'none') {
    const silent = unreachable(log)
    if (silent) return silent
    return fault('not-found', line, `there is no package ${name} in the index${because}`, {
      next: 'check the spelling of the name, and which index pip is configured for',
    })
  }
  return fault('not-found', line, `there is no ${wanted} in the index${because}`, {
    found: `the last versions are ${versions.split(', ').slice(-6).join(', ')}`,
    next: 'ask for a version that exists',
  })
}

function forAnotherPython(wanted: string, python: string | undefined, line: Line): MseError {
  const reason = python
    ? `${wanted} needs Python ${python}`
    : `${wanted} has no wheel for the Python and the system of the enclave`
  return fault('no-wheel', line, reason, {
    next: 'ask for another version of it, or choose another Python with the key python of mse.toml',
  })
}

/** What pip says of every file of one package. It is asked only now, because it writes megabytes about a whole set. */
async function lookAgain(wanted: string, workshop: Workshop): Promise<string> {
  const { pip, folder, env, signal } = workshop
  const log = join(folder, 'again.log')
  const rest = [
    '--dry-run',
    '--ignore-installed',
    '--no-deps',
    '--target',
    'nowhere',
    '--log',
    log,
    '-r',
    'options.txt',
    '--',
    wanted,
  ]
  await run([...pip.command, 'install', ...wheelsOnly, ...rest], { cwd: folder, env, signal })
  try {
    return readFileSync(log, 'utf8')
  } catch {
    return ''
  }
}
