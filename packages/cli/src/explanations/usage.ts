import type { Family } from './explanation.ts'

/** What was typed. */
export const usage: Family = {
  'usage/bad-value': ['An option or argument has a value of the wrong kind.', 'The message says what it takes.'],
  'usage/base': [
    'A base is named by the digest of its image.',
    'Give sha256: and 64 hex digits; mse base list shows them.',
  ],
  'usage/bundle': ['The bundle named by --bundle cannot be read.', 'Check the path and its permissions.'],
  'usage/exists': [
    'A file of the name of the output is there already, and mse overwrites none by itself.',
    'Choose another name, or say --force.',
  ],
  'usage/input': [
    'What was to be read cannot be read, is a folder, or is too long.',
    'Check the path; pipe a folder through tar.',
  ],
  'usage/conflict': ['Two options do not go together.', 'The message says which one to add or to leave out.'],
  'usage/malformed': ['The command line cannot be made sense of.', 'mse COMMAND --help shows what it takes.'],
  'usage/missing': [
    'A value that the command cannot do without was not given, and mse never asks without a terminal.',
    'Give it as the option or the environment variable that the message names.',
  ],
  'usage/no-command': [
    'Options were given, and no command.',
    'mse --help lists the commands; options follow the command.',
  ],
  'usage/original-command': [
    'A command of the original system that has another name here, or no counterpart.',
    'The message names what takes its place; docs/from-the-original.md lists all of them.',
  ],
  'usage/original-option': [
    'An option of the original system that has another name here, or no counterpart.',
    'The message names what takes its place; docs/from-the-original.md lists all of them.',
  ],
  'usage/other-app': [
    'The project in this folder has another name than the application that was given.',
    'Name the folder of the right project, or hand over a bundle.',
  ],
  'usage/output': ['The output cannot be written, or is there already.', 'Choose a path that is free and writable.'],
  'usage/reference': [
    'An image in a registry is named with its registry, its repository, and a tag or a digest. None of them is assumed.',
    'Write HOST/REPOSITORY:TAG or HOST/REPOSITORY@sha256:DIGEST.',
  ],
  'usage/registry-ca': ['The file named by --registry-ca cannot be read.', 'Check the path and its permissions.'],
  'usage/secrets': [
    '--secrets hands over the file that goes with a bundle; without a bundle, mse.toml names the secrets.',
    'Leave it out, or give --bundle as well.',
  ],
  'usage/terminal': [
    'Bytes or a secret key were about to be written to a terminal.',
    'Name a file with --output, or pipe it into another program.',
  ],
  'usage/too-many': [
    'More arguments than the command takes.',
    'Quote names with spaces; mse COMMAND --help shows the form.',
  ],
  'usage/unknown-code': ['There is no error code of this name.', 'mse explain lists all of them.'],
  'usage/unknown-command': ['There is no command of this name.', 'mse --help lists the commands.'],
  'usage/unknown-option': ['The command has no option of this name.', 'mse COMMAND --help lists its options.'],
  'usage/url': [
    'Evidence is fetched over https alone: without TLS there is no key that an enclave could vouch for.',
    'Give an https:// address.',
  ],
}
