import type { Failure } from '../../platform.ts'

/**
 * Lines of Gramine 1.9 that say why it does not go on (pal/src/host/linux-sgx and libos/src of its sources), with what they mean and
 * what mends it. The first that occurs decides.
 */
const meanings: readonly (readonly [pattern: RegExp, code: string, message: string, next: string])[] = [
  [
    /Cannot open (?:SGX driver device|\/dev\/\S*sgx\S* \(permission denied\))/,
    'environment/sgx',
    'the container cannot open the SGX device',
    'ls -l /dev/sgx_enclave /dev/sgx_provision: this user has to belong to their groups',
  ],
  [
    /Cannot connect to aesm_service|AESM service returned error|aesm_service.*(?:failed|error)/i,
    'environment/aesm',
    'the service that has quotes made does not answer',
    'systemctl restart aesmd, and look at its log',
  ],
  [
    /no available TCS pages left/,
    'gramine/threads',
    'the application starts more threads than its enclave has places for',
    'Raise threads in mse.toml and package again; it changes the fingerprint',
  ],
  [
    /Allocation of EPC memory failed|Enclave (?:creation|add-pages) IOCTL failed: (?:ENOMEM|Cannot allocate memory|Out of memory)/i,
    'gramine/epc',
    'the processor has not enough protected memory (EPC) for this enclave',
    'Lower hardware in mse.toml, stop other enclaves, or use a machine with more EPC: dmesg | grep -i "sgx: EPC"',
  ],
  [
    /Enclave (?:creation|add-pages) IOCTL failed|Permission denied on mapping enclave|Cannot map enclave pages/,
    'gramine/enclave',
    'the kernel refuses to make the enclave',
    'dmesg says why; an enclave larger than the processor allows is one reason: hardware in mse.toml',
  ],
  [
    /enclave EINIT failed/,
    'gramine/refused',
    'the processor refuses to start the enclave: it is not what was signed',
    'Package and deploy again; if it stays so, the base image is not the one that was imported',
  ],
  [
    /Hash of trusted file '[^']*' does not match|Disallowing access to file '[^']*'|Failed to load trusted file/,
    'gramine/file',
    'a file of the container is not the one that was measured',
    'Deploy again; the base image in the engine has to be the one that was imported',
  ],
  [
    /size of sigstruct|Cannot open (?:sgx_)?sigstruct|Cannot open manifest|not a TOML table|Cannot parse manifest/i,
    'gramine/manifest',
    'Gramine cannot read the manifest or its signature',
    'Use a base image with Gramine 1.9',
  ],
  [
    /out[- ]of[- ]memory|Cannot allocate memory|cannot create handle.*memory/i,
    'launch/out-of-memory',
    'the enclave has no memory left (hardware in mse.toml)',
    'Give it more memory: hardware in mse.toml.',
  ],
]

/** @param printed what was printed since the launcher was started */
export function explainGramine(printed: string): Failure | undefined {
  for (const [pattern, code, message, next] of meanings) {
    const line = printed.split('\n').find((one) => pattern.test(one))
    if (line !== undefined) return { code, message, found: line.trim().slice(0, 300), next }
  }
  return undefined
}
