// Bundles the programs that people wait for: `mse`, the supervisor of a software enclave, and `mse verify` by itself: whoever checks
// a connection waits for it each time (decision 0010). Each is one file of CommonJS: a program of one file starts in half the time
// of one of a hundred, and what is imported when it is needed runs, and loads its modules of Node.js, only then. A bundle of
// ECMAScript loads all of them at the start.
import { build } from 'esbuild'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { compilePrograms } from './compile-programs.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
// What a build remembers, no other one believes (core/src/state/memory.ts).
const MSE_BUILD = JSON.stringify(nameOfBuild())
const options = {
  absWorkingDir: root,
  outdir: 'packages/cli/bundle',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  // Names stay, so that the trace of a bug says where it is.
  minifyWhitespace: true,
  minifySyntax: true,
  define: { 'import.meta.url': 'mseFile', MSE_BUILD },
  banner: { js: "const mseFile = require('node:url').pathToFileURL(__filename).href;" },
  logLevel: 'warning',
}
await rm(`${root}/packages/cli/bundle`, { recursive: true, force: true })
await build({
  ...options,
  entryPoints: {
    main: 'packages/cli/dist/main.js',
    supervisor: 'packages/core/dist/platform/software/supervisor/main.js',
    'container-supervisor': 'packages/core/dist/platform/container/supervisor/main.js',
  },
})
await build({
  ...options,
  entryPoints: { verify: 'packages/cli/dist/main.js' },
  plugins: [{ name: 'no other command', setup: leaveOut }],
})
await compilePrograms()

/** A hash of all of the program's code, and of the lock that says which libraries it is bundled with. */
function nameOfBuild() {
  const hash = createHash('sha256').update(readFileSync(`${root}/package-lock.json`))
  for (const file of sources().toSorted()) hash.update(file).update(readFileSync(`${root}/${file}`))
  return hash.digest('hex')
}

function sources() {
  return ['attest', 'core', 'operator', 'cli'].flatMap((name) =>
    readdirSync(`${root}/packages/${name}/dist`, { recursive: true })
      .filter((file) => file.endsWith('.js'))
      .map((file) => `packages/${name}/dist/${file}`),
  )
}

/** The other commands are never asked for there: bin/mse.js starts the whole program for them. */
function leaveOut({ onResolve }) {
  onResolve({ filter: /^\.\/commands\// }, ({ path }) => {
    return path.endsWith('/verify.js') ? undefined : { path, external: true }
  })
}
