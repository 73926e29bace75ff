import type { Family } from './explanation.ts'

/** Between mse and the container engine of the machine. */
export const container: Family = {
  'container/ended': [
    'The container of the application was ended from outside: by the engine, by hand, or by the kernel for its memory.',
    'mse deploy; what a container stores is gone with it.',
  ],
  'container/exists': [
    'The engine has a container of this name that is not the one that is started.',
    'Remove it: podman rm --force NAME, or docker rm --force NAME.',
  ],
  'container/image': [
    'The container engine does not have the image that the package names as its base.',
    'Load or pull the image that mse base import was given.',
  ],
  'container/no-base': [
    'A container is made of a base image, and the package names none.',
    'mse base import IMAGE prints a digest; write it into mse.toml as base.',
  ],
  'container/python': [
    'The base image has no Python of the minor version that the package was made for.',
    'Say python = "3.N" in mse.toml, as the image has it, and package again.',
  ],
  'container/refused': [
    'The container engine refuses, for a reason that has no code of its own; the message has its words.',
    'Look at the log of the engine.',
  ],
  'container/silent': [
    'The container was started, and what runs in it first does not answer.',
    'The message has what it printed; SELinux and AppArmor can keep a container from its socket.',
  ],
}
