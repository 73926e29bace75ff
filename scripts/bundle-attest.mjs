// Makes the verifier one file for browsers: packages/attest/dist/attest.min.js.
import { fileURLToPath } from 'node:url'
import { bundleVerifier } from './attest-bundle/bundle-verifier.mjs'

await bundleVerifier(fileURLToPath(new URL('../packages/attest/dist/attest.min.js', import.meta.url)))
