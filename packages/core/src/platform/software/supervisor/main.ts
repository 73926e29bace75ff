import { adoption } from './adoption.ts'
import { encryptedDwelling } from './encrypted-dwelling.ts'
import { supervise } from './supervise.ts'

/** The supervisor of one software enclave: folder of the launch, and `second` if another launch still holds its address. */
const [folder, place] = process.argv.slice(2) as [string, string]
// Not awaited here: it is bundled as CommonJS, which cannot wait.
void supervise(folder, place === 'second', adoption(process.stdin), encryptedDwelling).then((code) =>
  process.exit(code),
)
