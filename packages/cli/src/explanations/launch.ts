import type { Family } from './explanation.ts'

/** From a package to an enclave that waits for its owner. */
export const launch: Family = {
  'launch/address': [
    'The address to listen on is not one of this machine.',
    'Use --host 127.0.0.1, 0.0.0.0, or an address that the machine has.',
  ],
  'launch/cannot-stop': [
    'A process of the enclave does not end, even when it is killed.',
    'The kernel may be waiting for a disk; the message names the process.',
  ],
  'launch/ended': ['The launcher has ended by itself.', 'mse logs NAME says why.'],
  'launch/expired': [
    'Nobody provisioned the enclave in time, so it was given up.',
    'Spawn it again and run the bundle sooner.',
  ],
  'launch/failed': [
    'The enclave did not start, for a reason that has no code of its own.',
    'mse logs NAME, and mse doctor.',
  ],
  'launch/interrupted': [
    'The service of an operator ended while it started an application that it had accepted (mse spawn --no-wait).',
    'mse spawn or mse deploy again.',
  ],
  'launch/killed': [
    'The launcher was killed by a signal; often for memory.',
    'Compare the memory that the message shows with hardware in mse.toml.',
  ],
  'launch/malformed': [
    'Host name, address or port for the launch is not well-formed.',
    'The message shows what was expected.',
  ],
  'launch/out-of-memory': [
    'The application used more memory than its enclave has, and was stopped before the machine suffered.',
    'Raise hardware in mse.toml, which changes the fingerprint.',
  ],
  'launch/port-privileged': [
    'An enclave runs without the privilege that low ports need.',
    'Choose a port from the one that the message names.',
  ],
  'launch/port-taken': ['Another program listens on the port.', 'Choose another with --port, or end that program.'],
  'launch/quote': [
    'The enclave cannot get a quote, so it can prove nothing.',
    'mse logs NAME; on SGX look at the AESM service.',
  ],
  'launch/storage-died': [
    'The program behind the encrypted storage has ended, so the enclave was ended, too.',
    'mse deploy; if it happens again, look at memory and disk.',
  ],
  'launch/supervisor': ['The process that keeps the enclave cannot be started.', 'mse doctor.'],
  'launch/supervisor-died': [
    'The process that keeps the enclave was killed; everything in it ended with it.',
    'mse deploy.',
  ],
  'launch/timeout': ['The enclave did not start in time.', 'mse logs NAME; a machine under load may need --timeout.'],
  'launch/expires': [
    'The end that was set for the application is past.',
    'Choose a later one: --expires, or expires under [deploy] of mse.toml.',
  ],
  'launch/halted': [
    'The application was ended to be started again, and that did not happen.',
    'mse restart starts it again; what it stored is there.',
  ],
  'launch/machine-restarted': [
    'The machine was started anew since the application was.',
    'mse restart starts it again; what it stored is there.',
  ],
  'launch/port-kept': ['The enclave that runs does not hand its port on.', 'mse stop ends it; then deploy again.'],
  'launch/take-over': [
    'The new enclave did not take over the port of the old one, which serves on.',
    'mse logs --failed shows what it printed.',
  ],
}
