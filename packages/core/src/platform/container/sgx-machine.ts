import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { MseError } from '../../error.ts'

/** Where a machine has what SGX enclaves need of it. */
export interface SgxMachine {
  /** Devices of the kernel's driver (Linux 5.11 or later). */
  readonly enclave: string
  readonly provision: string
  /** Folder of the socket of the Architectural Enclave Service Manager, which has quotes made. */
  readonly aesm: string
}

export const thisMachine: SgxMachine = {
  enclave: '/dev/sgx_enclave',
  provision: '/dev/sgx_provision',
  aesm: '/var/run/aesmd',
}

/** @throws MseError `environment/sgx`, `environment/aesm` */
export function requireSgx({ enclave, provision, aesm }: SgxMachine): void {
  const missing = [enclave, provision].find((path) => !existsSync(path))
  if (missing !== undefined) {
    throw new MseError('environment/sgx', 'this machine has no SGX', {
      expected: missing,
      found: 'no such device',
      next: 'Switch SGX on in the firmware and use Linux 5.11 or later; or deploy with --platform software',
    })
  }
  if (existsSync(join(aesm, 'aesm.socket'))) return
  throw new MseError('environment/aesm', 'the service that has quotes made does not run', {
    expected: join(aesm, 'aesm.socket'),
    next: 'systemctl start aesmd; it comes with the package sgx-aesm-service of Intel',
  })
}
