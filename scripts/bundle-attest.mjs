// Makes the verifier one file for browsers: packages/attest/dist/attest.min.js. Property names that nobody outside sees are
// shortened as well; those that somebody may see stay: what the public types declare, and every word that stands in a string,
// since a property may be reached by it.
import { build } from 'esbuild'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { minify } from 'terser'

const dist = fileURLToPath(new URL('../packages/attest/dist/', import.meta.url))
const { outputFiles } = await build({
  entryPoints: [`${dist}index.js`],
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  logLevel: 'warning',
})
const [{ text }] = outputFiles
const { code } = await minify(text, {
  module: true,
  ecma: 2020,
  compress: { passes: 3 },
  mangle: { properties: { reserved: [...declared(), ...inStrings(text)] } },
  format: { comments: false },
})
writeFileSync(`${dist}attest.min.js`, code)

/** Every word of the declarations that the public entry reaches. */
function declared() {
  const seen = new Set()
  const words = new Set()
  const read = (file) => {
    if (seen.has(file)) return
    seen.add(file)
    const declaration = readFileSync(file.replace(/\.(ts|js)$/, '.d.ts'), 'utf8')
    if (isPublic(file)) for (const [word] of declaration.matchAll(/[A-Za-z_$][\w$]*/g)) words.add(word)
    for (const [, next] of declaration.matchAll(/from '(\.[^']*)'/g))
      read(fileURLToPath(new URL(next, `file://${file}`)))
  }
  read(`${dist}index.ts`)
  return words
}

/** What the entry exports lies in these files; what they import beyond is not handed out. */
function isPublic(file) {
  return /\/(index|verify|verdict|facts|enclave|error|freshness|memo|platform|policy|parse|strict|evidence|encode|decode|collateral|source|schemes|status|checks|pem)\.ts$/.test(
    file,
  )
}

/** Every word inside the strings and templates of a program. */
function inStrings(program) {
  const strings = program.matchAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g)
  return [...strings].flatMap(([string]) => string.match(/[A-Za-z_$][\w$]*/g) ?? [])
}
