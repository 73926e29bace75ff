import type { Family } from './explanation.ts'

/** What the developer wrote: mse.toml and the files it names. */
export const project: Family = {
  'project/bad-value': [
    'A key of mse.toml has a value outside what it takes.',
    'The message shows what it takes; spec 1 has all keys.',
  ],
  'project/empty': [
    'Nothing is left to package: the code folder is empty, or .mseignore covers all of it.',
    'Look at .mseignore.',
  ],
  'project/exists': ['The folder for the new project exists.', 'Choose another name; nothing is ever written over.'],
  'project/given-twice': [
    'A value stands both at the top of mse.toml and in its [cloud] table of the original format.',
    'Keep one of them.',
  ],
  'project/link-outside': [
    'A symbolic link leads out of the code folder. What it points to would be packaged without anybody having said so.',
    'Copy the file into the folder, or name the link in .mseignore.',
  ],
  'project/link-to-folder': [
    'A symbolic link leads to a folder, which a package cannot hold.',
    'Copy the folder, or name the link in .mseignore.',
  ],
  'project/missing-key': ['mse.toml lacks a key that has no default.', 'Add the line that the message shows.'],
  'project/module-ignored': [
    'The module of python_application exists, and .mseignore keeps it out of the package.',
    'Change .mseignore or python_application.',
  ],
  'project/name': ['The name does not do for a folder.', 'Use letters, digits, spaces, dots, hyphens and underscores.'],
  'project/no-such-file': ['A file that mse.toml names does not exist.', 'Make it, or take the key out.'],
  'project/no-such-folder': ['A folder that mse.toml names does not exist.', 'Make it, or change the key.'],
  'project/no-such-module': [
    'python_application names a module that is not in the code folder.',
    'It is module:variable, as in app:app for mse_src/app.py.',
  ],
  'project/not-found': [
    'There is no mse.toml here.',
    'Change to the folder of a project, or make one: mse scaffold NAME.',
  ],
  'project/not-supported-yet': [
    'A key that later versions will support. It is refused, because ignoring it would change what it promises.',
    'Take it out.',
  ],
  'project/path': [
    'The name of a file has a character or a length that a package cannot hold.',
    'Rename it, or name it in .mseignore.',
  ],
  'project/secrets-not-json': [
    'A file of secrets does not hold JSON.',
    'Applications expect JSON; check it with python3 -m json.tool FILE.',
  ],
  'project/secrets-unreadable': [
    'A file of secrets cannot be read.',
    'Check the path in mse.toml and the permissions.',
  ],
  'project/special-file': [
    'The code folder holds a socket, a pipe or a device, which a package cannot hold.',
    'Remove it, or name it in .mseignore.',
  ],
  'project/syntax': ['mse.toml is not TOML.', 'The message shows the line and column.'],
  'project/unknown-key': [
    'mse.toml has a key that does not exist; often a slip of the finger.',
    'The message suggests the closest key.',
  ],
  'project/unreadable': ['A file or folder of the project cannot be read.', 'Check its permissions.'],
  'project/unwritable': ['The new project cannot be written.', 'Choose a folder that you may write to.'],
  'project/wrong-type': ['A key of mse.toml has a value of another type.', 'Texts stand in quotes, numbers do not.'],
}
