// Makes the verifier one file for browsers: packages/attest/dist/attest.min.js.
import { build } from 'esbuild'
import { fileURLToPath } from 'node:url'

const attest = fileURLToPath(new URL('../packages/attest', import.meta.url))
await build({
  entryPoints: [`${attest}/dist/index.js`],
  outfile: `${attest}/dist/attest.min.js`,
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  logLevel: 'warning',
})
