import { adoption } from './adoption.ts'
import { supervise } from './supervise.ts'

/** The init process of one software enclave; its argument is the application's folder. */
const folder = process.argv[2] as string
process.exitCode = await supervise(folder, adoption(process.stdin))
process.exit()
