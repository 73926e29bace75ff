import { build } from 'esbuild'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { minify } from 'terser'
import { internalNames } from './internal-names.mjs'

/** Makes the main entry of the verifier one file for browsers, minified. @param outfile where to write it */
export async function bundleVerifier(outfile) {
  const built = await build({
    entryPoints: [fileURLToPath(new URL('../../packages/attest/src/index.ts', import.meta.url))],
    outfile,
    bundle: true,
    minify: true,
    mangleProps: new RegExp(`^(?:${internalNames.join('|')})$`),
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    logLevel: 'warning',
    metafile: true,
  })
  // "Unsafe" for functions that are called with `new` or look at `this`: those of the verifier are neither.
  const compress = { passes: 2, unsafe_arrows: true }
  const { code } = await minify(await readFile(outfile, 'utf8'), { module: true, ecma: 2022, compress })
  await writeFile(outfile, code)
  return built
}
