/** Why two packages have different fingerprints. */
export interface Cause {
  readonly kind: 'configuration' | 'python' | 'base' | 'owner' | 'code' | 'dependency' | 'launcher' | 'format'
  /** Of the key, the file or the dependency. */
  readonly name: string
  /** What the first and the second have; undefined: nothing. */
  readonly before: string | undefined
  readonly after: string | undefined
}
