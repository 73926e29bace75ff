/** What process 1 of a container is told to start: `job.json` (enclave/loader.py). */
export interface Job {
  readonly argv: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Names of setrlimit(2), in lower case. */
  readonly limits: Readonly<Record<string, number>>
  /** A filter of system calls, base64; empty: none. */
  readonly seccomp: string
  /** Port at which the launcher listens behind process 1, as it does in Gramine; 0: it gets the descriptors itself. */
  readonly behind: number
  /** Port at which process 1 takes one connection as the quote channel; 0: none. */
  readonly quotes: number
  /** Where what is stored lies, as process 1 sees it: `root` and `key` below it. */
  readonly stored: string
}
