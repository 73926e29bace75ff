import type { Readable } from 'node:stream'

/** What the process that started the supervisor says over its standard input. */
export interface Adoption {
  /** Resolves once the supervisor is on record; false if its parent died before. */
  readonly recorded: Promise<boolean>
  /** Resolves once the whole package lies in the folder. */
  readonly packed: Promise<void>
  /** Resolves when the enclave is told to take over its address. */
  readonly opened: Promise<void>
  /** Resolves if the parent died before it let the enclave go; pending for ever once it did. */
  readonly orphaned: Promise<void>
  /** Whether it was let go: the enclave lives on its own from then on. */
  readonly detached: () => boolean
}

/** Reads `go`, `packed`, perhaps `open`, then `detach`; an end without `detach` means that the parent is gone and nobody wants this enclave. */
export function adoption(input: Readable): Adoption {
  let said = ''
  let record: (recorded: boolean) => void = () => undefined
  let orphan: () => void = () => undefined
  let open: () => void = () => undefined
  let pack: () => void = () => undefined
  const packed = new Promise<void>((resolve) => (pack = resolve))
  const opened = new Promise<void>((resolve) => (open = resolve))
  const recorded = new Promise<boolean>((resolve) => (record = resolve))
  const orphaned = new Promise<void>((resolve) => (orphan = resolve))
  input.setEncoding('utf8')
  input.on('data', (text: string) => {
    said += text
    if (said.includes('go\n')) record(true)
    if (said.includes('packed\n')) pack()
    if (said.includes('open\n')) open()
  })
  const ended = (): void => {
    record(false)
    if (!said.includes('detach\n')) orphan()
  }
  input.on('end', ended)
  input.on('error', ended)
  return { recorded, packed, opened, orphaned, detached: () => said.includes('detach\n') }
}
