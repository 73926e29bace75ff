// Runs `mse` with the words that follow the name of a file, and at the end writes there what V8 has compiled. See ../compile-verify.mjs.
const { writeFileSync } = require('node:fs')
const { loadVerify } = require('../../packages/cli/bin/load-verify.cjs')

const [cache] = process.argv.splice(2, 1)
const script = loadVerify()
process.on('exit', () => writeFileSync(cache, script.createCachedData()))
