import { MseError } from '@mse/core/error'

/** The options that every command has. */
export interface Settings {
  readonly json: 'off' | 'envelope' | 'stream'
  readonly progress: 'auto' | 'plain' | 'none'
  readonly quiet: boolean
  readonly help: boolean
  readonly version: boolean
}

export const globalOptions: readonly (readonly [flags: string, description: string])[] = [
  ['--json', 'print one JSON envelope on stdout; --json=stream prints events before it'],
  ['--progress KIND', 'auto, plain or none'],
  ['-q, --quiet', 'print warnings and errors only'],
  ['-h, --help', 'explain the command'],
]

/** Takes the common options out of a command line, wherever they stand before `--`. */
export function takeSettings(argv: readonly string[]): { settings: Settings; rest: string[] } {
  const settings: { -readonly [K in keyof Settings]: Settings[K] } = { ...defaults }
  const rest: string[] = []
  for (let i = 0; i < argv.length; i += 1) {
    const word = argv[i] as string
    if (word === '--') return { settings, rest: [...rest, ...argv.slice(i)] }
    if (word === '--json') settings.json = 'envelope'
    else if (word === '--json=stream') settings.json = 'stream'
    else if (word === '-q' || word === '--quiet') settings.quiet = true
    else if (word === '-h' || word === '--help') settings.help = true
    else if (word === '-V' || word === '--version') settings.version = true
    else if (word === '--progress') settings.progress = progressKind(argv[++i])
    else if (word.startsWith('--progress=')) settings.progress = progressKind(word.slice(11))
    else if (word.startsWith('--json=')) throw badValue('--json', 'nothing, or =stream', word.slice(7))
    else rest.push(word)
  }
  return { settings, rest }
}

/** How an error of the command line itself is to be reported. */
export function lenientSettings(argv: readonly string[]): Settings {
  const words = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv
  if (words.includes('--json=stream')) return { ...defaults, json: 'stream' }
  return words.some((word) => /^--json(=|$)/.test(word)) ? { ...defaults, json: 'envelope' } : defaults
}

const defaults: Settings = { json: 'off', progress: 'auto', quiet: false, help: false, version: false }

function progressKind(value: string | undefined): Settings['progress'] {
  if (value === 'auto' || value === 'plain' || value === 'none') return value
  throw badValue('--progress', 'auto, plain or none', value ?? 'nothing')
}

function badValue(option: string, expected: string, found: string): MseError {
  return new MseError('usage/bad-value', `${option} has a value that it does not take`, { expected, found })
}
