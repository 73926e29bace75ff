import { MseError } from '@mse/core/error'
import { decrypt } from '@mse/core/package/age/decrypt'
import { keyArguments, namedKeys } from '../age-arguments.ts'
import { defineCommand, type Command } from '../command.ts'
import { fileArgument, readInput } from '../input.ts'
import { outputArguments, writeOutput } from '../output.ts'

export const command: Command = defineCommand({
  examples: [
    [
      'mse decrypt data.csv.age --identity key.txt --output data.csv',
      'what was encrypted to the public key of key.txt',
    ],
    ['mse decrypt helloworld.pkg/code/app.py.age --application helloworld', 'a file of a package, by its owner'],
  ],
  related: ['keygen', 'encrypt', 'unseal'],
  arguments: { file: fileArgument, ...keyArguments, ...outputArguments },
  async run(args, context) {
    const keys = await namedKeys(args, context)
    if (keys.length === 0) {
      throw new MseError('usage/missing', 'no key is named that could open it', {
        next: 'give --identity FILE or --application NAME',
      })
    }
    return writeOutput(decrypt(await readInput(args.file, context), keys), args, 'any', context)
  },
})
