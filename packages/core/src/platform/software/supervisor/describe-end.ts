import { constants } from 'node:os'
import type { Failure } from '../../platform.ts'
import { dataLimit } from './limits.ts'

/** What was seen of the launcher's memory, in bytes. */
export interface MemorySeen {
  /** Resident memory at the moment it passed the limit. */
  readonly overrun: number | undefined
  /** Private data when last looked at. */
  readonly data: number
}

/** Says why a launcher ended by itself, in numbers where memory is the reason. */
export function describeEnd(code: number, hardware: number, seen: MemorySeen): Failure {
  if (seen.overrun !== undefined) {
    return {
      code: 'launch/out-of-memory',
      message: `the application was stopped: it used ${mebibytes(seen.overrun)} of memory, its enclave has ${mebibytes(hardware)} (hardware in mse.toml)`,
      next: 'Give it more memory: hardware in mse.toml.',
    }
  }
  const signal = signalName(code)
  if (signal === undefined) {
    return { code: 'launch/ended', message: `the launcher ended with exit code ${code}`, next: 'mse logs NAME' }
  }
  const data = `${mebibytes(seen.data)} of private data shortly before, of ${mebibytes(dataLimit(hardware))} that it may have`
  return {
    code: 'launch/killed',
    message: `the launcher was ended by ${signal}; it had ${data}`,
    next: 'mse logs NAME',
  }
}

function signalName(code: number): string | undefined {
  const entry = Object.entries(constants.signals).find(([, number]) => code === 128 + number)
  return entry?.[0]
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`
}
