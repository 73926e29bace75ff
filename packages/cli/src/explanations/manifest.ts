import type { Family } from './explanation.ts'

/** Manifests of SGX enclaves (spec 7). */
export const manifest: Family = {
  'manifest/chroot': [
    'A trusted file cannot be looked up in the root that was given: its path is relative, leads through a file, or its links lead in a circle.',
    'Name it by its absolute path inside that root.',
  ],
  'manifest/directory': [
    'A trusted file is named as a folder and is none, or the other way round.',
    'The URI of a folder ends with "/" and has no hash; that of a file does not end with "/".',
  ],
  'manifest/entrypoint': [
    'loader.entrypoint is written as a string, as older versions of Gramine had it.',
    'Write it as a table: loader.entrypoint.uri = "file:…".',
  ],
  'manifest/file-name': [
    'The name of a trusted file is not UTF-8, or contains a NUL.',
    'Rename the file, or leave it out of the enclave.',
  ],
  'manifest/hash-conflict': [
    'Two different hashes are given for one trusted file.',
    'Find out which is right, and remove the other entry.',
  ],
  'manifest/missing-file': [
    'A trusted file that the manifest names is not there.',
    'Relative paths start in the current folder: run the command where the manifest expects it.',
  ],
  'manifest/schema': [
    'The manifest has a key that Gramine does not know, or a value of another kind than it expects.',
    'Correct the key that the message names; Gramine’s manual lists them all.',
  ],
  'manifest/shape': [
    'Something in the manifest that has to be a table is a single value.',
    'Write it as a table: [sgx], or sgx.key = value.',
  ],
  'manifest/syntax': [
    'The manifest is not TOML in UTF-8.',
    'The message names line and column. A byte order mark and keys that stand there twice are errors too.',
  ],
  'manifest/trusted-file': [
    'An entry of sgx.trusted_files is neither a URI nor a table of uri and sha256.',
    'Write "file:path" or { uri = "file:path", sha256 = "…" }.',
  ],
  'manifest/unreadable': [
    'A trusted file is there and cannot be read.',
    'Look at its permissions, or leave it out of the enclave.',
  ],
  'manifest/uri': [
    'A trusted file is not named by a URI that begins with file:.',
    'Only files can be trusted. Devices and pipes have no hash.',
  ],
  'manifest/value': [
    'A setting of the enclave has a value that SGX or Gramine does not take.',
    'The message shows what was expected. Sizes are strings: "512M".',
  ],
}
