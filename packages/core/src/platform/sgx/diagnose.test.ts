import { chmodSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Diagnosis } from '../../doctor/diagnosis.ts'
import { folders } from '../../state/paths.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { openCpuid, sgxAbilities, type Registers } from './cpuid.ts'
import { diagnose } from './diagnose.ts'

const home = temporaryFolder()
const signal = new AbortController().signal

/** The system files of a machine, as far as they are looked at. */
function system(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(home(), 'system-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const cpuinfo = (vendor: string, flags: string): Record<string, string> => ({
  'proc/cpuinfo': `processor\t: 0\nvendor_id\t: ${vendor}\nmodel name\t: A Processor\nflags\t\t: fpu ${flags}\n`,
})

async function look(root: string): Promise<Record<string, Diagnosis>> {
  const machine = { root, folders: folders({ HOME: home() }), env: {}, signal, now: () => new Date() }
  return Object.fromEntries((await diagnose(machine)).map((one) => [one.id, one]))
}

describe('a machine', () => {
  it('with all of SGX is ready', async () => {
    const devices = { 'dev/sgx_enclave': '', 'dev/sgx_provision': '', 'var/run/aesmd/.keep': '' }
    const root = system({ ...cpuinfo('GenuineIntel', 'sgx sgx_lc'), ...devices })
    const aesm = createServer().listen(join(root, 'var/run/aesmd/aesm.socket'))
    await once(aesm, 'listening')
    const found = await look(root)
    aesm.close()
    for (const id of [
      'host/sgx-processor',
      'host/sgx-launch-control',
      'host/sgx-enclave',
      'host/sgx-provision',
      'host/sgx-aesm',
    ])
      expect(found[id], id).toMatchObject({ outcome: 'ok' })
    expect(found['host/sgx-memory']).toMatchObject({ outcome: 'skipped' })
  })

  it('of another maker than Intel cannot be mended', async () => {
    const found = await look(system(cpuinfo('AuthenticAMD', '')))
    expect(found['host/sgx-processor']).toMatchObject({ outcome: 'failed', fix: 'use a machine with SGX' })
  })

  it('of Intel where SGX is switched off, or kept back by the hypervisor, is told where to switch it on', async () => {
    const off = await look(system(cpuinfo('GenuineIntel', '')))
    expect(off['host/sgx-processor']).toMatchObject({
      outcome: 'failed',
      fix: expect.stringContaining('firmware') as string,
    })
    const guest = await look(system(cpuinfo('GenuineIntel', 'hypervisor')))
    expect(guest['host/sgx-processor']?.detail).toContain('hypervisor')
  })

  it('without flexible launch control is not ready', async () => {
    const found = await look(system(cpuinfo('GenuineIntel', 'sgx')))
    expect(found['host/sgx-launch-control']).toMatchObject({ outcome: 'failed', fix: expect.any(String) as string })
  })

  it('whose devices this user may not open names the groups', async ({ skip }) => {
    if (process.getuid?.() === 0) skip()
    const root = system({ ...cpuinfo('GenuineIntel', 'sgx sgx_lc'), 'dev/sgx_enclave': '', 'dev/sgx_provision': '' })
    chmodSync(join(root, 'dev/sgx_provision'), 0)
    expect((await look(root))['host/sgx-provision']?.fix).toContain('sgx_prv')
  })

  it('whose AESM has died is told to restart it', async () => {
    const root = system({ 'var/run/aesmd/aesm.socket': '' })
    expect((await look(root))['host/sgx-aesm']).toMatchObject({
      outcome: 'failed',
      fix: 'sudo systemctl restart aesmd',
    })
  })
})

describe('CPUID', () => {
  const none: Registers = [0, 0, 0, 0]
  const asked = (answers: Readonly<Record<string, Registers>>) =>
    sgxAbilities((leaf, subleaf) => answers[`${leaf}.${subleaf}`] ?? none)

  it('of a server with SGX2 and two sections of 2 GB and 254 GB', () => {
    const found = asked({
      '0.0': [0x1b, 0, 0, 0],
      '7.0': [0, 1 << 2, 1 << 30, 0],
      '18.0': [3, 0, 0, 0],
      '18.2': [1, 0, 0x80000001 | 0, 0],
      '18.3': [1, 0, 0x80000001 | 0, 0x3f],
    })
    expect(found).toEqual({ sgx: true, flexibleLaunchControl: true, sgx1: true, sgx2: true, epc: 256 * 2 ** 30 })
  })

  it('of a processor that has it switched off', () => {
    expect(asked({ '0.0': [0x1b, 0, 0, 0] })).toMatchObject({ sgx: false, epc: 0 })
  })

  it('of one that is too old to be asked', () => {
    expect(asked({ '0.0': [5, 0, 0, 0], '7.0': [0, 4, 0, 0] })).toMatchObject({ sgx: false })
  })

  it.skipIf(!existsSync('/dev/cpu/0/cpuid') || process.getuid?.() !== 0)(
    'of this machine says who made it (skipped without /dev/cpu, or not as root)',
    () => {
      const cpuid = openCpuid('/')
      const [, ebx, ecx, edx] = cpuid(0, 0)
      cpuid.close()
      const vendor = Buffer.alloc(12)
      for (const [at, word] of [ebx, edx, ecx].entries()) vendor.writeUInt32LE(word, at * 4)
      expect(vendor.toString()).toMatch(/^[A-Z][A-Za-z ]+$/)
    },
  )
})
