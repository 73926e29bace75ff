// Loads `mse verify` with what V8 made of it when it was built (scripts/compile-verify.mjs), so that nothing is compiled again. Another
// version of V8 refuses that and compiles; without it, too, everything works.
const { readFileSync } = require('node:fs')
const { createRequire, wrap } = require('node:module')
const path = require('node:path')
const { Script } = require('node:vm')

const file = path.join(__dirname, '../bundle/verify.cjs')

/** Runs the program, which is ASCII. @returns its script, of which V8 can be asked what it has compiled */
exports.loadVerify = () => {
  const script = new Script(wrap(readFileSync(file, 'latin1')), { filename: file, cachedData: compiled() })
  const module = { exports: {} }
  script.runInThisContext()(module.exports, createRequire(file), module, file, path.dirname(file))
  return script
}

function compiled() {
  try {
    return readFileSync(`${file}.cache`)
  } catch {
    return undefined
  }
}
