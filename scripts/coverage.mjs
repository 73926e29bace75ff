// The tests of the verifier, and how much of it they cover: fails below the thresholds of vitest.config.ts.
import { join } from 'node:path'
import { must, root, setup } from './setup.mjs'
import { coverageArguments } from './verifier-tests.mjs'

setup()
must(join(root, 'node_modules/.bin/vitest'), coverageArguments, { stdio: 'inherit' })
