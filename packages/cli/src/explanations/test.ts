import type { Family } from './explanation.ts'

/** Tests of a project against its application. */
export const test: Family = {
  'test/failed': [
    'The tests of the project ran, and failed.',
    'Their output says which; mse logs shows what the application printed.',
  ],
  'test/no-command': [
    'The project does not say how its application is tested.',
    'Set tests_cmd in mse.toml, and put the tests into the folder that tests names.',
  ],
  'test/not-running': [
    'The application is not serving, so that there is nothing to test.',
    'mse status says what it is doing.',
  ],
  'test/requirements': [
    'What tests_requirements names cannot be installed.',
    'Correct the list in mse.toml; the message ends with what pip has said.',
  ],
}
