import type { Diagnosis } from '../../doctor/diagnosis.ts'
import type { Machine } from '../../doctor/machine.ts'
import { diagnoseAesm } from './diagnose-aesm.ts'
import { diagnoseDevice } from './diagnose-device.ts'
import { diagnoseProcessor } from './diagnose-processor.ts'

/** What SGX needs of a machine beside a container engine. */
export async function diagnose({ root, signal }: Machine): Promise<Diagnosis[]> {
  return [
    ...diagnoseProcessor(root),
    diagnoseDevice(root, 'sgx_enclave', 'to make enclaves', 'sgx'),
    diagnoseDevice(root, 'sgx_provision', 'to prove them to others', 'sgx_prv'),
    await diagnoseAesm(root, signal),
  ]
}
