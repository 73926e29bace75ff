import { FormatError } from '../error.ts'

/** A JSON object whose members are read one by one, each by its type. Members that nobody asks for are ignored. */
export class Members {
  readonly #members: Readonly<Record<string, unknown>>
  readonly #what: string

  /** @throws FormatError if it is no object */
  constructor(value: unknown, what: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new FormatError(`${what}: not an object`)
    this.#members = value as Readonly<Record<string, unknown>>
    this.#what = what
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#members, name)
  }

  any(name: string): unknown {
    if (!this.has(name)) throw new FormatError(`${this.#what}: "${name}" is missing`)
    return this.#members[name]
  }

  text(name: string): string {
    const value = this.any(name)
    if (typeof value !== 'string') throw this.#wrong(name)
    return value
  }

  /** So many hex digits, of either case; lower-case. */
  hex(name: string, digits: number): string {
    const value = this.text(name)
    if (value.length !== digits || !/^[0-9A-Fa-f]*$/.test(value)) throw this.#wrong(name)
    return value.toLowerCase()
  }

  /** 0…`most`. */
  integer(name: string, most: number): number {
    const value = this.any(name)
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > most) throw this.#wrong(name)
    return value
  }

  /** ISO 8601 to the second, in UTC: 2025-05-27T19:31:07Z. */
  date(name: string): Date {
    const text = this.text(name)
    const date = new Date(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? text : NaN)
    if (Number.isNaN(date.getTime()) || date.toISOString() !== text.replace('Z', '.000Z')) throw this.#wrong(name)
    return date
  }

  word<T extends string>(name: string, words: readonly T[]): T {
    const value = this.any(name)
    const word = words.find((word) => word === value)
    if (word === undefined) throw this.#wrong(name)
    return word
  }

  object(name: string): Members {
    return new Members(this.any(name), `${this.#what}: ${name}`)
  }

  objects(name: string): readonly Members[] {
    const what = `${this.#what}: ${name}`
    return this.list(name).map((item) => new Members(item, what))
  }

  list(name: string): readonly unknown[] {
    const value: unknown = this.any(name)
    if (!Array.isArray(value)) throw this.#wrong(name)
    return value
  }

  #wrong(name: string): FormatError {
    return new FormatError(`${this.#what}: "${name}" is not what it should be`)
  }
}
