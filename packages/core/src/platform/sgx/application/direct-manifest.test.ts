import { describe, expect, it } from 'vitest'
import { exampleBase } from '../../../testing/example-base.ts'
import { exampleSgxPackage } from '../../../testing/example-sgx-package.ts'
import { readDocument } from '../toml/read-document.ts'
import type { Table, Value } from '../toml/value.ts'
import { quotePort, renderDirectManifest } from './direct-manifest.ts'
import { renderManifest } from './render-manifest.ts'

const base = exampleBase()
const packed = exampleSgxPackage(base.digest)
const direct = readDocument(renderDirectManifest(packed, base, 8443))
const sgx = readDocument(renderManifest(packed, base, { edmm: false }))
const at = (manifest: Table, ...path: string[]): Value | undefined =>
  path.reduce<Value | undefined>((value, name) => (value as Table).get(name), manifest)

describe('the manifest without SGX', () => {
  it('trusts the same files, and starts from the same program and environment', () => {
    for (const path of [['sgx', 'trusted_files'], ['libos'], ['loader', 'env'], ['loader', 'entrypoint'], ['sys']]) {
      expect(at(direct, ...path)).toEqual(at(sgx, ...path))
    }
  })

  it('stores in clear what only a processor could encrypt, and lets nothing else be written in clear', () => {
    const mounts = (manifest: Table): string[] =>
      (at(manifest, 'fs', 'mounts') as readonly Table[]).map(
        (one) => `${String(one.get('type'))} ${String(one.get('path'))}`,
      )
    expect(mounts(direct)).toEqual(mounts(sgx).map((one) => one.replace('encrypted /key', 'chroot /key')))
    expect(at(direct, 'sgx', 'allowed_files')).toEqual(['file:/var/lib/mse/key/'])
  })

  it('runs the launcher with the same words, after a connection was made to a port that is not its own', () => {
    const [python, ...words] = at(direct, 'loader', 'argv') as readonly string[]
    expect(python).toBe((at(sgx, 'loader', 'argv') as readonly string[])[0])
    expect(words.slice(0, -1)).toEqual(['-I', '-S', '-B', '-c'])
    expect(words.at(-1)).toContain(`("127.0.0.1", ${quotePort(8443)})`)
    expect(words.at(-1)).toContain('runpy.run_path("/opt/mse/launcher/__main__.py", run_name="__main__")')
    expect(quotePort(quotePort(8443))).not.toBe(quotePort(8443))
  })
})
