/** The name of the unit that starts this user's applications again. */
export const unitName = 'mse-applications.service'

/** How a unit of ours begins; any other file of the name is somebody else's. */
export const unitMark = '# Written by mse operator install.'

/** Variables that decide where things are, and which Python is used: what the user has now is what the unit gets. */
const handedOn = ['PATH', 'MSE_PYTHON', 'XDG_STATE_HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME'] as const

/**
 * The unit (systemd.unit(5), systemd.service(5), systemd.kill(5)): run once when the user's services start. The enclaves outlive it:
 * each has a supervisor of its own, so systemd keeps its hands off their processes.
 *
 * @param program words of the command `mse`
 */
export function unitText(program: readonly string[], env: Readonly<Record<string, string | undefined>>): string {
  const environment = handedOn.flatMap((name) => {
    const value = env[name]
    return value === undefined || value === '' ? [] : [`Environment=${quoted(`${name}=${value}`)}`]
  })
  return [
    unitMark,
    '[Unit]',
    'Description=Applications of mse',
    '',
    '[Service]',
    'Type=oneshot',
    'RemainAfterExit=yes',
    'KillMode=process',
    'TimeoutStartSec=infinity',
    ...environment,
    `ExecStart=${[...program, 'operator', 'resume'].map(quotedWord).join(' ')}`,
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
