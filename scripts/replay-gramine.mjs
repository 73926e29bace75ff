// Replays golden vectors of Gramine's own tools: npm run -s replay:gramine -- DIR. The last line is the tally; exit code 0 only if
// there were checks and all passed.
import { build } from 'esbuild'
import { join, resolve } from 'node:path'
import { installPackages, root } from './setup.mjs'

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  process.stderr.write('usage: npm run -s replay:gramine -- DIR\n')
  process.exit(2)
}
installPackages()
const outfile = join(root, 'node_modules/.cache/mse-replay/gramine.mjs')
await build({
  absWorkingDir: root,
  entryPoints: ['spec/gramine/main.ts'],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  conditions: ['source'],
  external: ['nunjucks'],
  logLevel: 'warning',
})
const { printReplay } = await import(outfile)
try {
  process.exitCode = (await printReplay(resolve(folder))) ? 0 : 1
} catch (error) {
  process.stderr.write(`${folder} cannot be replayed: ${error.message}\n`)
  process.exitCode = 2
}
