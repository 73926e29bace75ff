// Runs a bundle with the words that follow its name, and at the end keeps beside it what V8 has compiled. See ../compile-programs.mjs.
const { writeFileSync } = require('node:fs')
const path = require('node:path')
const { loadProgram } = require('../../packages/cli/bin/load-program.cjs')

const [name] = process.argv.splice(2, 1)
const script = loadProgram(name)
const cache = path.join(__dirname, `../../packages/cli/bundle/${name}.cjs.cache`)
process.on('exit', () => writeFileSync(cache, script.createCachedData()))
