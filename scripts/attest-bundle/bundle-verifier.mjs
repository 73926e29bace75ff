import { build } from 'esbuild'
import { fileURLToPath } from 'node:url'
import { internalNames } from './internal-names.mjs'

/** Makes the main entry of the verifier one file for browsers, minified. @param outfile where to write it */
export function bundleVerifier(outfile) {
  return build({
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
}
