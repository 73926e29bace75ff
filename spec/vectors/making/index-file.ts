import { canonicalJson, type Json } from '@mse/core/package/canonical-json'
import type { Index } from '@mse/core/package/index-file'
import { base64, fixedEd25519, sha256, type Case, type VectorFile } from './fixed.ts'

type Members = Record<string, unknown>

/** An index.json with a little of everything. */
export const exampleIndex: Index = {
  schema: 'mse-index/1',
  configuration: {
    name: 'Héllo world',
    python_application: 'app:app',
    healthcheck_endpoint: '/health',
    argv: ['-I', '-S', '-B', '/opt/mse/launcher'],
    environment: { GREETING: 'hello' },
    hardware: 2 ** 30,
    storage: 10 ** 10,
    threads: 10,
    restart: 'sealed',
    logs: 'operator',
    log_key: null,
    tls: 'enclave',
    client_ca: null,
    proxy: 'none',
  },
  python: '3.11',
  base: null,
  owner: fixedEd25519('mse vectors/owner').owner,
  files: ['code/app.py.age', 'code/requirements.txt', 'code/run.sh.age', 'requirements.lock'].map((path) => ({
    path,
    size: path.length,
    mode: path.endsWith('.sh.age') ? '0755' : '0644',
    sha256: sha256(path),
  })),
}

const [first, second, ...rest] = exampleIndex.files as unknown as [Members, Members, ...Members[]]
const plain = exampleIndex as unknown as Members
const text = written(plain)

export function indexVectors(): VectorFile {
  return {
    comment:
      'index.json (spec 2): "index" is its text in UTF-8, or "index_base64" its bytes. The TypeScript reader judges all of it, because packages come from elsewhere; the launcher believes the index that is measured as it is itself.',
    cases: [...goodCases(), ...memberCases(), ...configurationCases(), ...fileCases(), ...spellingCases()],
  }
}

function written(value: Members): string {
  return canonicalJson(value as Json)
}

const ok = (name: string, index: Members): Case => ({ name, expect: 'ok', index: written(index) })
const refused = (name: string, index: Members | string): Case => ({
  name,
  expect: 'package/index',
  index: typeof index === 'string' ? index : written(index),
})
const changed = (name: string, change: Members): Case => refused(name, { ...plain, ...change })
const configured = (name: string, change: Members): Case =>
  changed(name, { configuration: { ...exampleIndex.configuration, ...change } })
const listed = (name: string, ...files: Members[]): Case => changed(name, { files })
const pathed = (name: string, path: string): Case => listed(name, { ...first, path })

function without(object: object, member: string): Members {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== member))
}

function goodCases(): Case[] {
  const longest = `code/${'p/'.repeat(507)}long`
  return [
    ok('a package', plain),
    ok('no files', { ...plain, files: [] }),
    ok('a base image', { ...plain, base: `sha256:${sha256('base')}` }),
    ok('a path of 1,024 bytes', { ...plain, files: [{ ...first, path: longest.padEnd(1024, 'x') }] }),
    ok('paths in the order of their bytes, not of UTF-16', {
      ...plain,
      files: ['code/\uff21', 'code/\u{1f600}'].map((path) => ({ ...first, path })),
    }),
    ok('restart after a new bundle only', {
      ...plain,
      configuration: { ...exampleIndex.configuration, restart: 'reprovision' },
    }),
  ]
}

function memberCases(): Case[] {
  return [
    ...Object.keys(exampleIndex).map((member) => refused(`${member} is missing`, without(exampleIndex, member))),
    changed('an unknown member', { note: 'hello' }),
    changed('an unknown member with the name of a method', { toString: 'hello' }),
    refused('an unknown member that means something to JavaScript', text.replace('{', '{"__proto__":{},')),
    changed('another schema', { schema: 'mse-index/2' }),
    changed('Python 2', { python: '2.7' }),
    changed('Python with a patch version', { python: '3.11.2' }),
    changed('a base that is a number', { base: 1 }),
    changed('an owner in upper case', { owner: exampleIndex.owner.toUpperCase() }),
    changed('an owner of 31 bytes', { owner: exampleIndex.owner.slice(2) }),
    changed('files as an object', { files: {} }),
  ]
}

function configurationCases(): Case[] {
  const { configuration } = exampleIndex
  return [
    ...Object.keys(configuration).map((member) =>
      changed(`${member} of the configuration is missing`, { configuration: without(configuration, member) }),
    ),
    configured('an unknown member of the configuration', { debug: true }),
    configured('memory as text', { hardware: '1g' }),
    configured('negative memory', { hardware: -1 }),
    configured('another way to restart', { restart: 'always' }),
    configured('logs for somebody else', { logs: 'owner' }),
    configured('a key for the logs', { log_key: 'age1' }),
    configured('a TLS key from somewhere', { tls: 'any' }),
    configured('authorities for clients, and none named', { client_ca: '' }),
    configured('a key in place of an authority for clients', { client_ca: '-----BEGIN PRIVATE KEY-----\n' }),
    configured('forwarding headers believed', { proxy: 'trusted' }),
    configured('a number in the environment', { environment: { GREETING: 1 } }),
    configured('a number in the environment, under a name of JavaScript', { environment: { constructor: 1 } }),
    configured('an argument that is a number', { argv: [1] }),
    configured('an application that names no variable', { python_application: 'app' }),
    configured('a health check that is no path', { healthcheck_endpoint: 'health' }),
    configured('a health check with a line end', { healthcheck_endpoint: '/health\r\nX: y' }),
  ]
}

function fileCases(): Case[] {
  return [
    ...Object.keys(first).map((member) => listed(`${member} of a file is missing`, without(first, member))),
    listed('an unknown member of a file', { ...first, owner: 'root' }),
    listed('two files in the wrong order', second, first, ...rest),
    listed('a file twice', first, first, second, ...rest),
    listed('a mode that is not one of the two', { ...first, mode: '4755' }),
    listed('a negative size', { ...first, size: -1 }),
    listed('a SHA-256 in upper case', { ...first, sha256: sha256('x').toUpperCase() }),
    listed('half a SHA-256', { ...first, sha256: sha256('x').slice(32) }),
    pathed('an absolute path', '/etc/passwd'),
    pathed('a path that climbs', 'code/../../etc/passwd'),
    pathed('a path with a dot', 'code/./app.py'),
    pathed('a path with an empty segment', 'code//app.py'),
    pathed('a path that ends in a slash', 'code/'),
    pathed('an empty path', ''),
    pathed('a path with a backslash', 'code\\app.py'),
    pathed('a path with a NUL', 'code/app.py\0.age'),
    pathed('a path with a line end', 'code/app\n.py'),
    pathed('a path with DEL', 'code/app\x7f.py'),
    pathed('a path of 1,025 bytes', 'x'.repeat(1025)),
    pathed('index.json lists itself', 'index.json'),
    pathed('the signature is listed', 'signature.json'),
  ]
}

function spellingCases(): Case[] {
  const bytes = (name: string, value: Buffer): Case => ({ name, expect: 'package/index', index_base64: base64(value) })
  return [
    refused('indented', JSON.stringify(JSON.parse(text), null, 1)),
    refused('a line end after it', `${text}\n`),
    refused('members in another order', JSON.stringify({ schema: plain['schema'], ...plain })),
    refused('a member twice', text.replace('{', '{"base":null,')),
    refused('a size with a fraction', text.replace(/"size":(\d+)/, '"size":$1.0')),
    refused('an escape that is not needed', text.replace('Héllo', 'H\\u00e9llo')),
    refused('a lone surrogate', text.replace('Héllo', '\\ud800')),
    refused('nested too deeply', text.replace('"base":null', `"base":${'['.repeat(2_000)}${']'.repeat(2_000)}`)),
    refused('a byte order mark', `\ufeff${text}`),
    refused('half of it', text.slice(0, text.length / 2)),
    refused('nothing', ''),
    bytes('not UTF-8', Buffer.from(text, 'latin1')),
  ]
}
