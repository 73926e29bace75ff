import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Diagnosis } from '../../doctor/diagnosis.ts'
import { openCpuid, sgxAbilities, type SgxAbilities } from './cpuid.ts'

const firmware = 'sudo systemctl reboot --firmware-setup   # and switch SGX on'

/** What the processor can do: as the kernel tells everybody (/proc/cpuinfo), and by CPUID where this user may ask. */
export function diagnoseProcessor(root: string): Diagnosis[] {
  const { vendor, model, flags } = readCpuinfo(root)
  return [processor(vendor, model, flags), launchControl(flags), pageCache(root)]
}

function processor(vendor: string, model: string, flags: ReadonlySet<string>): Diagnosis {
  const base = { id: 'host/sgx-processor', title: 'processor with SGX' }
  if (flags.has('sgx')) return { ...base, outcome: 'ok', detail: model }
  if (vendor !== 'GenuineIntel') {
    return { ...base, outcome: 'failed', detail: `${model}: not of Intel`, fix: 'use a machine with SGX' }
  }
  const guest = flags.has('hypervisor') ? ', or its hypervisor keeps it back' : ''
  return { ...base, outcome: 'failed', detail: `${model}: no SGX, it is switched off${guest}`, fix: firmware }
}

/** Linux makes no enclaves without it. */
function launchControl(flags: ReadonlySet<string>): Diagnosis {
  const base = { id: 'host/sgx-launch-control', title: 'flexible launch control' }
  if (flags.has('sgx_lc')) return { ...base, outcome: 'ok', detail: 'the processor has it' }
  if (flags.has('sgx')) return { ...base, outcome: 'failed', detail: 'it is switched off', fix: firmware }
  return { ...base, outcome: 'failed', detail: 'there is no SGX', fix: 'use a machine with SGX' }
}

function pageCache(root: string): Diagnosis {
  const base = { id: 'host/sgx-memory', title: 'memory for enclaves (EPC)' }
  const found = ask(root)
  if (found === undefined) {
    const fix = 'sudo modprobe cpuid && sudo mse doctor --platform sgx'
    return { ...base, outcome: 'skipped', detail: 'this user may not ask the processor', fix }
  }
  if (found.epc === 0) return { ...base, outcome: 'failed', detail: 'none', fix: firmware }
  const version = found.sgx2 ? 'SGX2' : 'SGX1'
  return { ...base, outcome: 'ok', detail: `${Math.round(found.epc / 2 ** 20)} MB, ${version}` }
}

function ask(root: string): SgxAbilities | undefined {
  try {
    const cpuid = openCpuid(root)
    try {
      return sgxAbilities(cpuid)
    } finally {
      cpuid.close()
    }
  } catch {
    return undefined
  }
}

function readCpuinfo(root: string): { vendor: string; model: string; flags: ReadonlySet<string> } {
  const text = attempt(() => readFileSync(join(root, 'proc/cpuinfo'), 'utf8')) ?? ''
  const value = (key: string): string => new RegExp(`^${key}\\s*: (.*)$`, 'm').exec(text)?.[1] ?? ''
  return {
    vendor: value('vendor_id'),
    model: value('model name') || 'a processor',
    flags: new Set(value('flags').split(' ')),
  }
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
