/** A container to be made, in the words of the Docker Engine API ("Create a container"). */
export interface ContainerSettings {
  /** Digest of the image's configuration. */
  readonly Image: string
  /** Arguments of no shell; what the image would start is replaced. */
  readonly Entrypoint: readonly string[]
  readonly Cmd: readonly string[]
  readonly Env: readonly string[]
  /** `user:group`, numbers. */
  readonly User: string
  readonly WorkingDir: string
  readonly Hostname: string
  readonly Labels: Readonly<Record<string, string>>
  readonly HostConfig: HostConfig
}

export interface HostConfig {
  /** Nothing stays when it has ended. */
  readonly AutoRemove: true
  readonly ReadonlyRootfs: true
  readonly Privileged: false
  readonly CapDrop: readonly ['ALL']
  readonly SecurityOpt: readonly string[]
  /** Bytes; swap included, so that there is none. */
  readonly Memory: number
  readonly MemorySwap: number
  /** Processes and threads. */
  readonly PidsLimit: number
  /** Bytes of /dev/shm. */
  readonly ShmSize: number
  readonly Tmpfs: Readonly<Record<string, string>>
  readonly Mounts: readonly Mount[]
  readonly Devices: readonly Device[]
  readonly Ulimits: readonly { readonly Name: string; readonly Soft: number; readonly Hard: number }[]
  readonly LogConfig: { readonly Type: string; readonly Config: Readonly<Record<string, string>> }
}

/** A folder or a file of this machine, as it lies there. */
export interface Mount {
  readonly Type: 'bind'
  readonly Source: string
  readonly Target: string
  readonly ReadOnly: boolean
}

export interface Device {
  readonly PathOnHost: string
  readonly PathInContainer: string
  readonly CgroupPermissions: 'rw'
}
