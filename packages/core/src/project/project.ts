import type { PlatformName } from '../platform/platform.ts'

/** Whose certificate it shows once it is provisioned (spec/5-provision.md, "Certificates"). */
export interface TlsSettings {
  readonly mode: 'enclave' | 'request' | 'imported'
  /** Of `imported`: the chain and its key, PEM files that exist. */
  readonly certificateFile: string | undefined
  readonly privateKeyFile: string | undefined
  /** The name that a file of the original system gives it. */
  readonly domain: string | undefined
}

/** What the developer wrote, checked and with every default filled in. Paths are absolute. */
export interface Project {
  /** The folder of `mse.toml`. */
  readonly root: string
  readonly file: string
  readonly name: string
  /** `module:variable`, taken apart. */
  readonly application: { readonly module: string; readonly variable: string }
  readonly pythonApplication: string
  readonly healthcheckEndpoint: string
  /** Minor version that the package is for, `3.11`; undefined: that of the lock, or else of this machine. */
  readonly python: string | undefined
  /** Digest of the image that an SGX enclave of it starts from; undefined: it cannot run on SGX. */
  readonly base: string | undefined
  readonly testsCmd: string | undefined
  readonly testsRequirements: readonly string[]
  readonly codeDirectory: string
  /** Exists if the file names it; the default may be absent. */
  readonly testsDirectory: string
  /** Bytes of enclave memory. */
  readonly hardware: number
  /** Bytes of encrypted storage. */
  readonly storage: number
  readonly secretsFile: string | undefined
  readonly secretsToSealFile: string | undefined
  readonly restart: 'sealed' | 'reprovision'
  readonly threads: number
  readonly logs: 'operator'
  readonly tls: TlsSettings
  /** Certificates (PEM) of the authorities that certify clients; undefined: nobody has to show a certificate. */
  readonly clientCa: string | undefined
  readonly proxy: 'none' | 'forwarded'
  readonly deploy: {
    readonly platform: 'auto' | PlatformName
    /** Address of the operator service that starts it; undefined: this machine. */
    readonly operator: string | undefined
    /** When it ends by itself. */
    readonly expires: Date | undefined
  }
  /** What a person should know, though nothing is refused. */
  readonly warnings: readonly string[]
}
