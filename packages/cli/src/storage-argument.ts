import { integer, type Argument } from './command.ts'

/** Measured: another size is another fingerprint. */
export const storageArgument: Argument<number | undefined> = integer(
  'bytes of encrypted storage, instead of 10 GB; measured',
  { minimum: 16_000_000, maximum: 10_000_000_000, env: 'MSE_STORAGE', value: 'BYTES' },
)
