import type { Unit } from './units.ts'

/** How a unit of ours begins; any other file of the name is somebody else's. */
export const unitMark = '# Written by mse operator install.'

/** Variables that decide where things are, and which Python is used: what the user has now is what the unit gets. */
const handedOn = ['PATH', 'MSE_PYTHON', 'XDG_STATE_HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME'] as const

/**
 * The text of a unit (systemd.unit(5)).
 *
 * @param program words of the command `mse`
 */
export function unitText(
  { description, words, order, service }: Unit,
  program: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): string {
  const environment = handedOn.flatMap((name) => {
    const value = env[name]
    return value === undefined || value === '' ? [] : [`Environment=${quoted(`${name}=${value}`)}`]
  })
  return [
    unitMark,
    '[Unit]',
    `Description=${description}`,
    ...order,
    '',
    '[Service]',
    ...service,
    ...environment,
    `ExecStart=${[...program, 'operator', ...words].map(quotedWord).join(' ')}`,
    '',
    '[Install]',
    'WantedBy=default.target',
    '',
  ].join('\n')
}

/** Quoting of systemd.syntax(7); `%` begins a specifier. */
function quoted(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`)
  return `"${escaped.replaceAll('%', '%%')}"`
}

/** In a command line `$` begins a variable, but for its first word (systemd.service(5), "Command lines"). */
function quotedWord(word: string, at: number): string {
  return at === 0 ? quoted(word) : quoted(word).replaceAll('$', '$$$$')
}
