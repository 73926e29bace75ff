import { accessSync, constants, existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Diagnosis } from '../../doctor/diagnosis.ts'

/** A device of the SGX driver that is in Linux since 5.11, and the group that distributions give it to. */
export function diagnoseDevice(root: string, name: string, use: string, group: string): Diagnosis {
  const path = join(root, 'dev', name)
  const base = { id: `host/sgx-${name.replace('sgx_', '')}`, title: `/dev/${name} (${use})` }
  if (!existsSync(path)) {
    const fix = 'sudo dmesg | grep -i sgx   # Linux 5.11 or later with CONFIG_X86_SGX; SGX switched on in the firmware'
    return { ...base, outcome: 'failed', detail: 'it is not there', fix }
  }
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
    return { ...base, outcome: 'ok', detail: 'readable and writable' }
  } catch {
    const fix = `sudo usermod --append --groups ${group} $USER   # and log in again`
    return { ...base, outcome: 'failed', detail: 'this user may not open it', fix }
  }
}
