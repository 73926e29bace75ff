import type { Family } from './explanation.ts'

/** What Gramine says when an enclave does not start, or does not go on. */
export const gramine: Family = {
  'gramine/enclave': [
    'The kernel refuses to make the enclave, or to map its memory.',
    'dmesg says why; an enclave can be larger than the processor allows.',
  ],
  'gramine/epc': [
    'The protected memory of the processor (EPC) is too small for the enclave, or used by others.',
    'Lower hardware in mse.toml, or stop other enclaves.',
  ],
  'gramine/file': [
    'A file that the enclave opens is not the one that was measured.',
    'The base image in the engine has to be the one that was imported; deploy again.',
  ],
  'gramine/manifest': [
    'Gramine cannot read the manifest or its signature.',
    'The base image has another version of Gramine than 1.9.',
  ],
  'gramine/refused': [
    'The processor refuses to start the enclave: its content, signature or attributes are not what was signed.',
    'Deploy again; then compare the base image with the one that was imported.',
  ],
  'gramine/threads': [
    'The application has started more threads than its enclave has places for.',
    'Raise threads in mse.toml, which changes the fingerprint.',
  ],
}
