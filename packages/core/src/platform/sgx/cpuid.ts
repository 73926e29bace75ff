import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'

/** What the instruction CPUID answers: EAX, EBX, ECX, EDX. */
export type Registers = readonly [eax: number, ebx: number, ecx: number, edx: number]
export type Cpuid = (leaf: number, subleaf: number) => Registers

/** What CPUID says about SGX. */
export interface SgxAbilities {
  readonly sgx: boolean
  readonly flexibleLaunchControl: boolean
  readonly sgx1: boolean
  /** Memory can be added to an enclave that runs (EDMM). */
  readonly sgx2: boolean
  /** Bytes of the enclave page cache, all sections together. */
  readonly epc: number
}

/** Intel SDM vol. 2A, CPUID: leaf 07H (EBX bit 2, ECX bit 30) and leaf 12H (sub-leaf 0; sections from sub-leaf 2 on). */
export function sgxAbilities(cpuid: Cpuid): SgxAbilities {
  const [highest] = cpuid(0, 0)
  const [, features, more] = highest >= 7 ? cpuid(7, 0) : [0, 0, 0]
  const sgx = (features & (1 << 2)) !== 0
  const flexibleLaunchControl = (more & (1 << 30)) !== 0
  if (!sgx || highest < 0x12) return { sgx, flexibleLaunchControl, sgx1: false, sgx2: false, epc: 0 }
  const [versions] = cpuid(0x12, 0)
  return { sgx, flexibleLaunchControl, sgx1: (versions & 1) !== 0, sgx2: (versions & 2) !== 0, epc: epcSize(cpuid) }
}

/** Processors have some sections, never as many as are asked for here. */
const mostSections = 64

function epcSize(cpuid: Cpuid): number {
  let bytes = 0
  for (let subleaf = 2; subleaf < 2 + mostSections; subleaf += 1) {
    const [eax, , ecx, edx] = cpuid(0x12, subleaf)
    if ((eax & 0xf) !== 1) break
    bytes += (edx & 0xfffff) * 2 ** 32 + ((ecx & 0xfffff000) >>> 0)
  }
  return bytes
}

/**
 * CPUID through the kernel's device (cpuid(4)), where root alone reads.
 *
 * @throws Error of the file system
 */
export function openCpuid(root: string): Cpuid & { close(): void } {
  const file = openSync(join(root, 'dev/cpu/0/cpuid'), 'r')
  const read: Cpuid = (leaf, subleaf) => {
    const bytes = Buffer.alloc(16)
    readSync(file, bytes, 0, 16, (BigInt(subleaf) << 32n) | BigInt(leaf))
    return [bytes.readUInt32LE(0), bytes.readUInt32LE(4), bytes.readUInt32LE(8), bytes.readUInt32LE(12)]
  }
  return Object.assign(read, { close: () => closeSync(file) })
}
