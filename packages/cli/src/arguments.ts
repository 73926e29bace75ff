/** What a command takes, as data: the parser, the help and the types of `args` are made from it. */
export interface Argument<T = unknown> {
  readonly kind: 'flag' | 'text' | 'integer' | 'path' | 'choice'
  readonly description: string
  readonly positional: boolean
  readonly details: AnyDetails
  /** Never set: carries the type of the value. */
  readonly type?: T
}

interface Details<T> {
  /** One letter: `f` for `-f`. */
  readonly short?: string
  /** The environment variable that stands in for the flag. */
  readonly env?: string
  /** The flag may be given more than once; the value is a list. */
  readonly repeat?: true
  readonly required?: true
  readonly default?: T
  /** What the value is called in the help: `FILE`. */
  readonly value?: string
}

interface IntegerDetails extends Details<number> {
  readonly minimum?: number
  readonly maximum?: number
}

interface AnyDetails extends Details<unknown> {
  readonly choices?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
}

type ValueOf<T, D> = D extends { readonly repeat: true }
  ? readonly T[]
  : D extends { readonly required: true } | { readonly default: T }
    ? T
    : T | undefined

export type Arguments = Readonly<Record<string, Argument>>
export type Values<A extends Arguments> = {
  readonly [K in keyof A]: A[K] extends Argument<infer T> ? T : never
}

export function flag(
  description: string,
  details: { readonly short?: string; readonly env?: string } = {},
): Argument<boolean> {
  return { kind: 'flag', description, positional: false, details }
}

export function text<const D extends Details<string>>(description: string, details?: D): Argument<ValueOf<string, D>> {
  return { kind: 'text', description, positional: false, details: details ?? {} }
}

export function integer<const D extends IntegerDetails>(
  description: string,
  details?: D,
): Argument<ValueOf<number, D>> {
  return { kind: 'integer', description, positional: false, details: details ?? {} }
}

/** A path of the file system; its value is absolute. */
export function path<const D extends Details<string>>(description: string, details?: D): Argument<ValueOf<string, D>> {
  return { kind: 'path', description, positional: false, details: details ?? {} }
}

export function choice<const C extends string, const D extends Details<C>>(
  choices: readonly C[],
  description: string,
  details?: D,
): Argument<ValueOf<C, D>> {
  return { kind: 'choice', description, positional: false, details: { ...details, choices } }
}

/** Makes an argument one that is given by its place: `positional(path('…', { default: '.' }))`. */
export function positional<T>(argument: Argument<T>): Argument<T> {
  return { ...argument, positional: true }
}

/** `testsDirectory` → `tests-directory`. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
