interface Namespace {
  /** Was opened by a header or by a dotted key, and cannot be opened by a header again. */
  opened: boolean
  /** Was given as a value in braces or brackets; nothing can be added to it or below it. */
  closed: boolean
  readonly below: Map<string, Namespace>
}

/**
 * Which parts of a document may still grow. Kept beside the values, by path: a new element of an array of tables starts
 * without the history of the one before.
 */
export class Namespaces {
  readonly #top: Namespace = { opened: false, closed: false, below: new Map() }
  #pending: (readonly string[])[] = []

  isOpened(path: readonly string[]): boolean {
    return this.#isClosedAbove(path) || this.#find(path)?.opened === true || this.isClosed(path)
  }

  isClosed(path: readonly string[]): boolean {
    return this.#isClosedAbove(path) || this.#find(path)?.closed === true
  }

  open(path: readonly string[]): void {
    this.#make(path).opened = true
  }

  close(path: readonly string[]): void {
    this.#make(path).closed = true
  }

  /** Tables that dotted keys made: open to the keys of this section, opened for every header after it. */
  openAfterThisSection(path: readonly string[]): void {
    this.#pending.push(path)
  }

  endSection(): void {
    for (const path of this.#pending) this.open(path)
    this.#pending = []
  }

  forget(path: readonly string[]): void {
    this.#find(path.slice(0, -1))?.below.delete(path.at(-1) as string)
  }

  #isClosedAbove(path: readonly string[]): boolean {
    let here: Namespace | undefined = this.#top
    for (const part of path.slice(0, -1)) {
      here = here.below.get(part)
      if (here === undefined) return false
      if (here.closed) return true
    }
    return false
  }

  #find(path: readonly string[]): Namespace | undefined {
    let here: Namespace | undefined = this.#top
    for (const part of path) here = here?.below.get(part)
    return here
  }

  #make(path: readonly string[]): Namespace {
    let here = this.#top
    for (const part of path) {
      let next = here.below.get(part)
      if (next === undefined) here.below.set(part, (next = { opened: false, closed: false, below: new Map() }))
      here = next
    }
    return here
  }
}
