import type { Family } from './explanation.ts'

/** What the machine has to have. `mse doctor` looks at all of it. */
export const environment: Family = {
  'environment/aesm': [
    'Quotes of SGX enclaves are made by way of a service of Intel, AESM, which does not answer.',
    'systemctl start aesmd; it comes with the package sgx-aesm-service.',
  ],
  'environment/engine': [
    'A container was asked for, and no container engine answers on this machine.',
    'Start Podman (systemctl start podman.socket) or Docker; DOCKER_HOST says where it listens.',
  ],
  'environment/engine-limits': [
    'The container engine cannot limit memory or processes, so that one application could take the whole machine.',
    'Use an engine of the machine, or have systemd delegate cgroup controllers to this user.',
  ],
  'environment/engine-old': [
    'The container engine speaks an API that is older or newer than what is known here.',
    'Docker 19.03 or later, Podman 4 or later.',
  ],
  'environment/engine-permission': [
    'The socket of the container engine is not for this user.',
    'Start one of your own: systemctl --user start podman.socket.',
  ],
  'environment/fuse': [
    'Encrypted storage needs /dev/fuse, which this user cannot open.',
    'The message shows the command.',
  ],
  'environment/libc': [
    'The wheels of a package are chosen for glibc 2.34, and this machine has an older C library, or another one.',
    'Launch on Debian 12, Ubuntu 22.04, RHEL 9 or later.',
  ],
  'environment/not-ready': [
    'Something that the chosen platform needs of the machine is missing.',
    'Run the commands that mse doctor shows.',
  ],
  'environment/pip': ['The chosen Python has no pip.', 'The message shows the command that installs it.'],
  'environment/python': [
    'No suitable Python was found, or not the one that the package is for.',
    'Name one: MSE_PYTHON=/usr/bin/python3.11.',
  ],
  'environment/sgx': [
    'SGX was asked for, and this machine has none that can be opened.',
    'Switch it on in the firmware; or say platform = "software" in mse.toml if a software enclave will do.',
  ],
  'environment/storage': [
    'The encrypted storage of the enclave cannot be made or mounted.',
    'mse doctor; look at the free space of the disk.',
  ],
  'environment/tools': [
    'Programs that the software enclave is made of are not installed.',
    'The message shows the command.',
  ],
  'environment/disk-full': [
    'A disk is full.',
    'Make room and run the command again; what was half done has been removed.',
  ],
  'environment/storage-damaged': [
    'The encrypted storage was damaged by a crash, further than can be put right without losing files.',
    'mse stop and then mse deploy start anew, with empty storage. What e2fsck can mend in storage.img is there after mse restart.',
  ],
}
