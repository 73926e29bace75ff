// Loads a bundle with what V8 made of it when it was built (scripts/compile-programs.mjs), so that nothing is compiled again. Another
// version of V8 refuses that and compiles; without it, too, everything works.
const { readFileSync } = require('node:fs')
const { createRequire, wrap } = require('node:module')
const path = require('node:path')
const { Script } = require('node:vm')

/**
 * Runs a program, which is ASCII.
 *
 * @param name of the bundle
 * @returns its script, of which V8 can be asked what it has compiled
 */
exports.loadProgram = (name) => {
  const file = path.join(__dirname, `../bundle/${name}.cjs`)
  const script = new Script(wrap(readFileSync(file, 'latin1')), { filename: file, cachedData: compiled(file) })
  const module = { exports: {} }
  script.runInThisContext()(module.exports, createRequire(file), module, file, path.dirname(file))
  return script
}

function compiled(file) {
  try {
    return readFileSync(`${file}.cache`)
  } catch {
    return undefined
  }
}
