import { adoption } from '../../software/supervisor/adoption.ts'
import { supervise } from '../../software/supervisor/supervise.ts'
import { containerDwelling } from './container-dwelling.ts'

/** The supervisor of one enclave in a container: as that of a sandbox (platform/software/supervisor/main.ts). */
const [folder, place] = process.argv.slice(2) as [string, string]
// Not awaited here: it is bundled as CommonJS, which cannot wait.
void supervise(folder, place === 'second', adoption(process.stdin), containerDwelling).then((code) =>
  process.exit(code),
)
