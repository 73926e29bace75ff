import { GRAMINE } from '../platform/sgx/application/base.ts'

/** The file of a base whose bytes are measured one by one, and not by their hash alone. */
export const loaderPath: string = `${GRAMINE}/sgx/libpal.so`

/** An image that SGX enclaves are started from, as far as measuring needs it. */
export interface Base {
  /**
   * Digest of the image's configuration, `sha256:…`. It names the uncompressed layers and is the same whichever way the image came:
   * the digest of a manifest changes when somebody compresses a layer again.
   */
  readonly digest: string
  /**
   * Every file by its path, and every link that leads to a file under its own path: `usr/bin/python3`. Links of folders are in
   * `folders`, so that nothing is listed twice.
   */
  readonly files: ReadonlyMap<string, BaseFile>
  /** Links that lead to a folder, with the path where they end: `lib` → `usr/lib`. */
  readonly folders: ReadonlyMap<string, string>
  /** The bytes of Gramine's loader, `loaderPath` in `files`; undefined: the image has no Gramine. */
  readonly loader: Uint8Array | undefined
}

export interface BaseFile {
  /** Hex. */
  readonly sha256: string
  readonly size: number
  /** Permission bits, set-user-ID and the like included. */
  readonly mode: number
}
