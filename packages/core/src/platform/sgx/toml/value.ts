/**
 * What TOML can say, as the tools of Gramine hold it: tables keep the order in which their keys were created, integers have no
 * bounds, and `10` or `__proto__` is a key like any other. Plain objects of JavaScript can do none of the three.
 */
export type Value = string | bigint | boolean | Float | Moment | readonly Value[] | Table

export type Table = Map<string, Value>

/** A floating-point number: apart from integers, because `1` and `1.0` are written differently. */
export class Float {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

/** A date, a time or both, in the spelling in which it is written again. */
export class Moment {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export function isTable(value: Value | undefined): value is Table {
  return value instanceof Map
}

export function isArray(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value)
}
