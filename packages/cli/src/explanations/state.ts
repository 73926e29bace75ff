import type { Family } from './explanation.ts'

/** What mse keeps on this machine. */
export const state: Family = {
  'state/not-resumed': [
    'Some of the applications that had ended could not be started again.',
    'The message lists why; mse restart NAME tries one again.',
  ],
  'state/other-unit': [
    'There is a systemd unit of the name that mse uses, and mse did not write it.',
    'Look at the file; move it out of the way, or leave things as they are.',
  ],
  'internal/bug': [
    'Something happened that mse did not expect.',
    'Report it with the file that the message names; it holds no secrets of yours.',
  ],
  interrupted: ['You stopped the command.', 'What was unfinished is taken back by this command or the next.'],
  'state/busy': ['Another command is working on this application.', 'Wait for it, or end it.'],
  'state/damaged': [
    'A file that mse keeps does not hold what it should.',
    'The message names it, and what happens if it is removed.',
  ],
  'state/lock': [
    'The lock of an application cannot be taken.',
    'Look at the permissions of the folder that the message names.',
  ],
  'state/no-such-app': [
    'There is no application of this name on this machine.',
    'mse list shows those that there are.',
  ],
  'state/other-owner': [
    'An application of this name runs, and belongs to another owner.',
    'Choose another name, or stop it first.',
  ],
  'state/expired': [
    'The end that was set for the application has come, and what it stored is deleted.',
    'mse deploy starts it anew.',
  ],
  'state/nothing-kept': [
    'Nothing is left of the application that could be started again.',
    'mse deploy starts it anew; stopping it has deleted what it stored.',
  ],
}
