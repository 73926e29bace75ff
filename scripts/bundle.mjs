// Bundles the programs that people wait for: `mse`, whose commands stay separate chunks and are loaded when they are run, and the
// supervisor of a software enclave. A program of one file starts in half the time of one of a hundred.
import { build } from 'esbuild'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
await rm(`${root}/packages/cli/bundle`, { recursive: true, force: true })
await build({
  absWorkingDir: root,
  entryPoints: {
    main: 'packages/cli/dist/main.js',
    supervisor: 'packages/core/dist/platform/software/supervisor/main.js',
  },
  outdir: 'packages/cli/bundle',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
})
