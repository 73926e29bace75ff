import { describe, expect, it } from 'vitest'
import { exampleBase } from '../../../testing/example-base.ts'
import { exampleSgxPackage } from '../../../testing/example-sgx-package.ts'
import { refusal } from '../../../testing/refuses.ts'
import { measureSgx } from './measure-sgx.ts'

const base = exampleBase()
const packed = exampleSgxPackage(base.digest)
const options = { edmm: false }
const mrenclave = measureSgx(packed, base, options).mrenclave

describe('the measurement changes with', () => {
  it.each([
    ['a file of the package', exampleSgxPackage(base.digest, ['code/app.py.age', 'code/evil.py.age']), base, options],
    ['the environment', exampleSgxPackage(base.digest, undefined, { environment: { A: 'b' } }), base, options],
    ['the memory', exampleSgxPackage(base.digest, undefined, { hardware: 2 ** 31 }), base, options],
    ['a file of the base', packed, exampleBase({ 'usr/lib/python3.11/os.py': '0'.repeat(64) }), options],
    ['a file that joins the base', packed, exampleBase({ 'usr/lib/python3.11/evil.py': '0'.repeat(64) }), options],
    ['EDMM', packed, base, { edmm: true }],
  ])('%s', (_what, given, from, how) => {
    expect(measureSgx(given, from, how).mrenclave).not.toBe(mrenclave)
  })

  it('nothing else: it is the same every time', () => {
    expect(measureSgx(packed, exampleBase(), options).mrenclave).toBe(mrenclave)
    expect(measureSgx(packed, exampleBase({ 'var/log/dpkg.log': '0'.repeat(64) }), options).mrenclave).toBe(mrenclave)
  })
})

describe('it is refused to measure', () => {
  it('a package without a base', () => {
    expect(() => measureSgx(exampleSgxPackage(null), base, options)).toThrow(refusal('sgx/base'))
  })

  it('with another base than the package’s, which the operator would choose', () => {
    const other = { ...base, digest: `sha256:${'0'.repeat(64)}` }
    expect(() => measureSgx(packed, other, options)).toThrow(refusal('sgx/base'))
  })

  it('a loader that is not the base’s', () => {
    const loader = Buffer.from(base.loader)
    loader[0x240] = (loader[0x240] ?? 0) ^ 1
    expect(() => measureSgx(packed, { ...base, loader }, options)).toThrow(refusal('sgx/base-file'))
  })

  it('an enclave that is too small for its threads', () => {
    const small = exampleSgxPackage(base.digest, undefined, { hardware: 2 ** 27, threads: 1000 })
    expect(() => measureSgx(small, base, options)).toThrow(refusal('enclave/size'))
  })
})
