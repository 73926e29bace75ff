import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { MseError } from '../../error.ts'
import { at, normaliseName, type RequirementLine } from './requirement-line.ts'
import { redact } from './redact.ts'
import type { Requirements } from './requirements.ts'
import { wheelsOnly, type Workshop } from './resolve.ts'
import { run } from './run.ts'

/** Turns what pip printed before it failed into an error that names the line at fault. */
export async function explain(printed: string, read: Requirements, workshop: Workshop): Promise<MseError> {
  const output = redact(printed)
  return (
    hashMismatch(output, read) ??
    conflict(output, read) ??
    unreachable(output) ??
    syntax(output, read) ??
    (await absent(output, read, workshop)) ??
    failed(output)
  )
}

export function hashMismatch(output: string, read: Requirements): MseError | undefined {
  const found = /DO NOT MATCH THE HASHES[^]*?\n\s+(\S+)[^]*?Expected sha256 (\w+)[^]*?Got\s+(\w+)/.exec(output)
  if (!found) return undefined
  const [, what = '', expected, got] = found
  return error(
    'hash-mismatch',
    findLine(what, read),
    `${what.split(' ')[0]}: the wheel that came is not the one expected`,
    {
      expected: `SHA-256 ${expected}`,
      found: `SHA-256 ${got}`,
      next: 'do not install it; find out who changed the wheel between the index and here',
    },
  )
}

function conflict(output: string, read: Requirements): MseError | undefined {
  if (!output.includes('ResolutionImpossible')) return undefined
  const first = /Cannot install (.*) because/.exec(output)?.[1] ?? ''
  const causes = /The conflict is caused by:\n((?:\s+\S.*\n)+)/.exec(output)?.[1] ?? ''
  const reasons = [
    ...new Set(
      causes
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean),
    ),
  ]
  const asked = reasons.map((reason) => /^The user requested (?:\(constraint\) )?(.*)$/.exec(reason)?.[1] ?? '')
  const lines = [...asked.map((text) => lineOfText(text, read)), ...reasons.map((reason) => findLine(reason, read))]
  const line = pick([...lines, findLine(first, read)])
  const sentence = reasons.map((reason) => whoAsks(reason, read)).join('; ')
  return error('conflict', line, sentence || `these exclude each other: ${first}`, {
    next: line?.origin === 'launcher' ? 'report this as a fault of mse' : 'change the version that the line asks for',
  })
}

/** "The user requested x>=1" is true of the launcher's lines as well; say whose it is. */
function whoAsks(reason: string, read: Requirements): string {
  const text = /^The user requested (.*)$/.exec(reason)?.[1]
  if (text === undefined) return reason
  const line = lineOfText(text, read)
  return line?.origin === 'launcher'
    ? `the launcher needs ${text}`
    : `${line?.file ?? 'requirements.txt'} asks for ${text}`
}

function unreachable(output: string): MseError | undefined {
  const problem =
    /(?:connection broken by|Could not fetch URL|Could not install packages due to an OSError:|(?:^|\n)ERROR: (?:HTTP error|Exception))[^\n]*/.exec(
      output,
    )?.[0] ?? ''
  const network =
    /Retrying \(|connection (?:error|broken)|ConnectionPool|confirming the ssl certificate|NetworkConnectionError|ReadTimeout|HTTP error/i
  const denied = /\b(?:401|403) (?:Client )?Error[^\n]*/.exec(output)?.[0]
  if (denied) {
    return error('unreachable', undefined, `the package index refuses access (${denied.split(':')[0]})`, {
      next: 'check the credentials in pip.conf, .netrc or the keyring',
    })
  }
  if (!network.test(output)) return undefined
  const reason = /\[Errno [^\]]*\] [^'")\n]*|certificate verify failed[^'")\n]*|timed out|Cannot connect to proxy/.exec(
    problem || output,
  )
  return error('unreachable', undefined, `the package index does not answer${reason ? ` (${reason[0].trim()})` : ''}`, {
    next: "check the network, and the index and proxy that 'pip config list' shows",
  })
}

function syntax(output: string, read: Requirements): MseError | undefined {
  const found = /Invalid (?:requirement|constraint)[^]*?(?=\n\s|\n?\(from|\nHint|\nERROR|$)/.exec(output)?.[0]
  if (found === undefined) return undefined
  const hint = /Hint: (.*)/.exec(output)?.[1]
  const reason = found.replace(/ \(from line.*$/, '')
  return error(
    'syntax',
    findLine(/\(?from line \d+ of [^)\n]*|\(from -[rc] [^)]*\)\)/.exec(output)?.[0] ?? '', read),
    reason,
    {
      next: hint ?? 'write NAME==VERSION, or another specifier of PEP 440',
    },
  )
}

const noVersion = /Could not find a version that satisfies the requirement (.*?) \(from (?:versions: )?/
const noMatch = /No matching distribution found for (.*)/

/** There is no such version, or there are only sources of it. pip says the same for both; its log says more. */
async function absent(output: string, read: Requirements, workshop: Workshop): Promise<MseError | undefined> {
  const wanted = (noVersion.exec(output) ?? noMatch.exec(output))?.[1]?.replace(/ \(from .*$/, '')
  if (wanted === undefined) return undefined
  const sentence = output.split('\n').find((line) => noVersion.test(line)) ?? ''
  const line = lineOfText(wanted, read) ?? findLine(sentence, read)
  const log = await lookAgain(wanted, workshop)
  const name = (/^[\w.-]+/.exec(wanted) ?? [wanted])[0]
  if (/No sources permitted for/.test(log)) {
    return error('no-wheel', line, `${wanted} is published as source only, and only wheels are installed`, {
      next: `choose a version of ${name} that has a wheel, or make one ('pip wheel ${wanted} -w wheels') and add '--find-links wheels'`,
    })
  }
  const versions = /\(from versions: (.*?)\)/.exec(sentence)?.[1] ?? 'none'
  const python = /requires? a different python[^]*?(?:not in: ?|Requires-Python )['"]?([^'");\n]+)/i.exec(
    `${log}\n${output}`,
  )?.[1]
  if (/none of the wheel's tags/.test(log) || python) {
    return error(
      'no-wheel',
      line,
      `${wanted} has no wheel for this Python${python ? `; it wants ${python}` : ' and platform'}`,
      {
        next: `choose another version of ${name}, or another Python with MSE_PYTHON`,
      },
    )
  }
  const some = versions === 'none' ? `there is no package ${name}` : `there is no ${wanted}`
  return error('not-found', line, `${some} in the package index`, {
    ...(versions !== 'none' && { found: versions.split(', ').slice(-8).join(', ') }),
    next: versions === 'none' ? 'check the spelling, and the index in pip.conf' : 'choose one of the versions found',
  })
}

/** What pip says about every file of one package; it is only asked after a failure, because it writes megabytes. */
async function lookAgain(wanted: string, workshop: Workshop): Promise<string> {
  const log = join(workshop.folder, 'again.log')
  const rest = ['--dry-run', '--ignore-installed', '--no-deps', '--log', log, '-r', 'options.txt', '--', wanted]
  const { env, folder, signal } = workshop
  await run([...workshop.pip, 'install', ...wheelsOnly, ...rest], { cwd: folder, env, signal })
  try {
    return readFileSync(log, 'utf8')
  } catch {
    return ''
  }
}

function failed(output: string): MseError {
  const lines = output.split('\n').filter((line) => /\S/.test(line) && !line.startsWith('WARNING'))
  return new MseError('dependencies/failed', 'pip did not succeed', {
    found: lines.slice(-6).join('\n'),
    next: "try 'pip install -r requirements.txt' in a virtual environment",
  })
}

type Line = RequirementLine | undefined

function error(
  code: string,
  line: Line,
  reason: string,
  more: { expected?: string; found?: string; next: string },
): MseError {
  return new MseError(`dependencies/${code}`, line ? `${at(line)}: ${reason}` : reason, more)
}

/** The line that pip means: by "(line 7)" or "from line 7 of …", or else by a package's name in the text. */
function findLine(text: string, read: Requirements): Line {
  const number = /-([rc]) \S+ \(line (\d+)\)/.exec(text) ?? /from (line) (\d+) of/.exec(text)
  const list = number?.[1] === 'c' || /of \S*constraints\.txt/.test(text) ? read.constraints : read.requirements
  if (number) return list[Number(number[2]) - 1]
  const names = new Set((text.match(/[A-Za-z0-9][A-Za-z0-9._-]*/g) ?? []).map(normaliseName))
  return pick(read.requirements.filter((line) => line.name !== undefined && names.has(line.name)))
}

function lineOfText(text: string, read: Requirements): Line {
  const squeeze = (one: string): string =>
    one
      .split(';')[0]
      ?.replaceAll(/[\s()"']/g, '')
      .toLowerCase() ?? ''
  const wanted = squeeze(text)
  if (!wanted) return undefined
  return [...read.requirements, ...read.constraints].find((line) => squeeze(line.text) === wanted)
}

/** The application's line rather than the launcher's: a person can change it. */
function pick(lines: readonly Line[]): Line {
  return lines.find((line) => line?.origin === 'application') ?? lines.find(Boolean)
}
