type Environment = Readonly<Record<string, string | undefined>>

/** Colours, or the plain text when there are none. */
export interface Style {
  readonly green: (text: string) => string
  readonly red: (text: string) => string
  readonly yellow: (text: string) => string
  readonly dim: (text: string) => string
  readonly bold: (text: string) => string
}

/** https://no-color.org and https://force-color.org, in this order; then TERM=dumb; then whether a terminal listens. */
export function hasColour(stream: { readonly isTTY?: boolean }, env: Environment): boolean {
  if (env['NO_COLOR']) return false
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0' && env['FORCE_COLOR'] !== 'false'
  return stream.isTTY === true && env['TERM'] !== 'dumb'
}

/** Whether lines may be drawn again in place. */
export function canRedraw(stream: { readonly isTTY?: boolean }, env: Environment): boolean {
  return stream.isTTY === true && env['TERM'] !== 'dumb' && !env['CI']
}

export function createStyle(colour: boolean): Style {
  const paint = (code: number, end: number) => (text: string) => (colour ? `\x1b[${code}m${text}\x1b[${end}m` : text)
  return {
    green: paint(32, 39),
    red: paint(31, 39),
    yellow: paint(33, 39),
    dim: paint(2, 22),
    bold: paint(1, 22),
  }
}

/** `0.42 s`, `12 s`, `3 min 5 s`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(seconds < 1 ? 2 : 1)} s`
  const whole = Math.round(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
