import type { Family } from './explanation.ts'

/** SGX enclaves of packages: their manifest, their measurement, their signature (spec 7). */
export const sgx: Family = {
  'enclave/loader': [
    'The file given as Gramine’s loader cannot become part of an enclave.',
    'Give the libpal.so of the very Gramine that will run the enclave: it is measured.',
  ],
  'enclave/size': [
    'The manifest, the threads and the loader do not fit into the memory of the enclave.',
    'Ask for more hardware or for fewer threads.',
  ],
  'sgx/base': [
    'The package names another base image than the one given, or none.',
    'Measure with the base of the package, or package again with this one. Never take a base because the operator says so.',
  ],
  'sgx/base-file': [
    'The base image lacks a file that every enclave needs, or one of its files is not what the image says.',
    'Take the base of the release. Its Python has to be of the version that the package was made for.',
  ],
  'sgx/file-name': [
    'A file has a name that could be taken for another one: control characters, backslashes, or segments such as "..".',
    'Rename it. If the package came from somebody else, ask what it is for.',
  ],
  'sgx/hardware': [
    'Processors make SGX enclaves of certain sizes only: powers of two.',
    'Set hardware to one of the sizes in the message and package again.',
  ],
  'sgx/insecure-manifest': [
    'The manifest would let the operator of the machine look into the enclave, or change what runs in it.',
    'The message names the setting. Our own manifests never have one of them: if this one is ours, report a bug.',
  ],
  'sigstruct/date': [
    'The date of a signature is not in the calendar.',
    'Write it as YYYY-MM-DD, or 0000-00-00 for none.',
  ],
  'sigstruct/malformed': [
    'The file is not the signature of an enclave (SIGSTRUCT).',
    'It has 1808 bytes and usually the ending .sig. Get it again from who made it.',
  ],
  'sigstruct/signature': [
    'The signature of an enclave is not by the key that it names, or was changed afterwards.',
    'Do not use it. Sign the enclave again.',
  ],
}
