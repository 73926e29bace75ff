import { describe, expect, it } from 'vitest'
import { exampleBase } from '../../../testing/example-base.ts'
import { exampleSgxPackage } from '../../../testing/example-sgx-package.ts'
import { refusal } from '../../../testing/refuses.ts'
import { sha256 } from '../../../testing/write-package.ts'
import { expandManifest } from '../manifest/expand-manifest.ts'
import { readDocument } from '../toml/read-document.ts'
import type { Table } from '../toml/value.ts'
import { GRAMINE } from './base.ts'
import { renderManifest } from './render-manifest.ts'
import type { IndexedPackage } from '../../platform.ts'

const base = exampleBase()
const packed = exampleSgxPackage(base.digest)
const render = (given: IndexedPackage = packed, from = base, edmm = false): string =>
  renderManifest(given, from, { edmm })

/** The trusted files of a manifest, path → SHA-256, as whoever reads it sees them. */
function trusted(manifest: string): Map<string, string> {
  const files = (readDocument(manifest).get('sgx') as Table).get('trusted_files') as readonly Table[]
  return new Map(files.map((file) => [(file.get('uri') as string).slice('file:'.length), file.get('sha256') as string]))
}

describe('a manifest', () => {
  it('is complete: the tools of Gramine would add nothing and change nothing', async () => {
    const libos = { uri: `file:/${GRAMINE}/libsysdb.so`, path: '/nowhere' }
    expect(await expandManifest(Buffer.from(render()), { folder: '/nowhere', libos })).toBe(render())
  })

  it('is the same whatever the order in which the base lists its files', () => {
    const turned = { ...base, files: new Map([...base.files].reverse()), folders: new Map([...base.folders].reverse()) }
    expect(render(packed, turned)).toBe(render())
  })

  it('is another one with EDMM', () => {
    expect(render(packed, base, true)).not.toBe(render())
    expect(render(packed, base, true)).toContain('edmm_enable = true')
  })

  it('has the size and the threads of the package', () => {
    const sized = render(exampleSgxPackage(base.digest, [], { hardware: 2 ** 32, threads: 3 }))
    expect(sized).toContain('enclave_size = "4096M"\n')
    expect(sized).toContain('max_threads = 22\n')
  })

  it('starts the launcher with its measured arguments, and lets one variable of the operator in', () => {
    const loader = readDocument(render()).get('loader') as Table
    expect(loader.get('argv')).toEqual(['/usr/bin/python3.11', '-I', '-S', '-B', '/opt/mse/launcher'])
    const passed = [...(loader.get('env') as Table)].filter(([, value]) => value instanceof Map)
    expect(passed).toEqual([['MSE_LAUNCH', new Map([['passthrough', true]])]])
  })
})

describe('trusted files', () => {
  it('are index.json, every file of the package, and what of the base can be seen', () => {
    const files = trusted(render())
    expect(files.get('/opt/mse/index.json')).toBe(sha256(packed.indexBytes))
    expect(files.get('/opt/mse/code/app.py.age')).toBe(sha256('code/app.py.age'))
    expect(files.get('/usr/bin/python3.11')).toBe(sha256('usr/bin/python3.11'))
    expect(files.has('/var/lib/dpkg/status')).toBe(false)
  })

  it('are listed by the name of a linked folder as well, since Gramine compares names', () => {
    const certificates = sha256('etc/ssl/certs/ca-certificates.crt')
    expect(trusted(render()).get('/etc/ssl/certs/ca-certificates.crt')).toBe(certificates)
    expect(trusted(render()).get('/usr/lib/ssl/certs/ca-certificates.crt')).toBe(certificates)
  })

  it.each([
    ['quotes that end the string', 'usr/lib/a" sgx.debug = true'],
    ['an apostrophe', "usr/lib/it's"],
    ['letters of many languages', 'usr/lib/中文/été/😀'],
    ['brackets and an equals sign', 'usr/lib/[sgx] = {x}'],
  ])('may have names with %s, which come out as they went in', (_what, path) => {
    const manifest = render(packed, exampleBase({ [path]: sha256('x') }))
    expect(trusted(manifest).get(`/${path}`)).toBe(sha256('x'))
    expect((readDocument(manifest).get('sgx') as Table).get('debug')).toBe(false)
  })

  it.each([
    ['a line end that starts a line of its own', 'usr/lib/x"\n[sgx]\ndebug = true\n#'],
    ['a way out of its folder', 'usr/lib/../../opt/mse/index.json'],
    ['a folder that is this one', 'usr/./bin/python3.11'],
    ['an empty part', 'usr//bin/python3.11'],
    ['a backslash', String.raw`usr/lib/a\b`],
    ['half a character', 'usr/lib/\ud800'],
    ['a NUL, where names end in C', 'usr/lib/a\0b'],
    ['an escape sequence for terminals', 'usr/lib/\u001b[2J'],
  ])('are refused with a name that has %s', (_attack, path) => {
    const hostile = exampleBase({ [path]: sha256('x') })
    expect(() => render(packed, hostile)).toThrow(refusal('sgx/file-name'))
  })

  it('a package’s own names cannot climb either', () => {
    const climbing = exampleSgxPackage(base.digest, ['../../usr/bin/python3.11'])
    expect(() => render(climbing)).toThrow(refusal('sgx/file-name'))
  })

  it('a hash that is none is refused', () => {
    const hostile = exampleBase({ 'usr/lib/x': 'AB' })
    expect(() => render(packed, hostile)).toThrow(refusal('sgx/base-file'))
  })
})

describe('nothing in a package makes an insecure manifest', () => {
  it.each([
    ['name', { name: 'x"\n[sgx]\ndebug = true' }],
    ['environment', { environment: { LD_PRELOAD: '/tmp/evil.so', insecure__use_host_env: 'true' } }],
    ['arguments', { argv: ['-c', '"]\n[sgx]\ndebug = true\n#'] }],
  ])('not its %s', (_what, configuration) => {
    const manifest = readDocument(render(exampleSgxPackage(base.digest, [], configuration)))
    expect((manifest.get('sgx') as Table).get('debug')).toBe(false)
    expect([...((manifest.get('loader') as Table).get('env') as Table).keys()]).not.toContain('LD_PRELOAD')
  })
})

describe('what cannot run is refused', () => {
  it.each([
    ['3 GiB, which is no power of two', 3 * 2 ** 30],
    ['a gibibyte and a byte', 2 ** 30 + 1],
    ['half a mebibyte', 2 ** 19],
  ])('%s', (_what, hardware) => {
    expect(() => render(exampleSgxPackage(base.digest, [], { hardware }))).toThrow(refusal('sgx/hardware'))
  })

  it.each([
    ['the Python that the package was made for', 'usr/bin/python3.11'],
    ['Gramine', `${GRAMINE}/libsysdb.so`],
    ['the C library of Gramine', `${GRAMINE}/runtime/glibc/ld-linux-x86-64.so.2`],
  ])('a base without %s', (_what, path) => {
    const files = new Map([...base.files].filter(([name]) => name !== path))
    expect(() => render(packed, { ...base, files })).toThrow(refusal('sgx/base-file'))
  })
})
